import type { App } from '../app.js';
import { premiseOf } from '../domain/decide/premise.js';
import { assessmentJson } from '../domain/health/assessment-json.js';
import { hasMoved } from '../domain/past/has-moved.js';
import type { Settings } from '../domain/settings.js';
import { HOUR } from '../domain/time.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import { readCauses } from '../store/common-causes.js';
import {
  type ComponentState,
  holdShard,
  type Lease,
  putStates,
  releaseShard,
} from '../store/component-state.js';
import { addHealthHistory, type HealthRow, putCurrentHealth } from '../store/health.js';
import { keepPredictions } from '../store/predictions.js';
import { listRules } from '../store/rules.js';
import { sqlState } from '../store/sql.js';
import { anomalyRows, checkRow, healthRow, isMaterial, unknownRow } from './health-rows.js';
import { type IncidentChange, incidentChange } from './incident-changes.js';
import { incidentStatements } from './incident-statements.js';
import { type KeepingContext, keptPrediction } from './kept-prediction.js';
import { ruleRows } from './rule-rows.js';
import type { Seen } from './seen.js';

/** What came of sweeping one shard. */
export interface ShardSum {
  readonly assessed: number;
  readonly warned: number;
  readonly opened: number;
  readonly closed: number;
}

/** All that is written of a shard. */
export interface ShardWrite extends KeepingContext {
  readonly lease: Lease;
  readonly seen: readonly Seen[];
  readonly now: Date;
}

/**
 * Write what a sweep has seen of one shard, in one transaction that holds the shard's lease, and give
 * the lease back.
 *
 * @returns null when the lease was taken over: then nothing was written
 */
export async function writeShard(app: App, write: ShardWrite): Promise<ShardSum | null> {
  const { lease, seen, settings, now } = write;
  const [causes, rules] = await Promise.all([readCauses(app.sql), listRules(app.sql)]);
  const changes = seen.flatMap(
    (one) => incidentChange(app.platforms, { ...one, causes, rules }, settings, now) ?? [],
  );
  const told = seen.map((one) => telling(one, settings, now));
  try {
    await app.sql.transaction([
      holdShard(app.sql, lease),
      putStates(
        app.sql,
        lease,
        told.map(({ state }) => state),
      ),
      putCurrentHealth(app.sql, seen.map(healthRow)),
      ...nonEmpty(
        told.flatMap(({ history }) => history),
        (rows) => addHealthHistory(app.sql, rows),
      ),
      ...nonEmpty(
        told.flatMap(({ rows }) => rows),
        (rows) => writeBrain(app.sql, rows),
      ),
      ...nonEmpty(
        seen.flatMap((one) => keptPrediction(one, write) ?? []),
        (rows) => keepPredictions(app.sql, rows),
      ),
      ...incidentStatements(app.sql, changes),
      ...nonEmpty(ruleRows(seen, changes), (rows) => writeBrain(app.sql, rows)),
      releaseShard(app.sql, lease),
    ]);
  } catch (error) {
    if (sqlState(error) === 'FS001') return null;
    throw error;
  }
  return sum(seen, changes);
}

function nonEmpty<T, S>(rows: readonly T[], make: (rows: readonly T[]) => S): S[] {
  return rows.length === 0 ? [] : [make(rows)];
}

function sum(seen: readonly Seen[], changes: readonly IncidentChange[]): ShardSum {
  return {
    assessed: seen.length,
    warned: seen.filter(({ assessment }) => assessment.warnings.length > 0).length,
    opened: changes.filter(({ kind }) => kind === 'open').length,
    closed: changes.filter(({ kind }) => kind === 'close').length,
  };
}

/** What is kept and told of one component. */
interface Telling {
  readonly state: ComponentState;
  readonly history: readonly HealthRow[];
  readonly rows: readonly BrainRow[];
}

function telling(seen: Seen, settings: Settings, now: Date): Telling {
  const { watched, assessment, window, memory, evidence } = seen;
  const hour = new Date(Math.floor(now.getTime() / HOUR) * HOUR);
  const material = isMaterial(seen);
  const hourly = watched.checkedHour === null || watched.checkedHour < hour;
  const unknown = unknownRow(seen, settings, now);
  return {
    state: {
      componentId: watched.component.id,
      memory: unknown === null ? memory : { ...memory, told: [...memory.told, 'unknown'] },
      assessment: { ...assessmentJson(assessment), level: assessment.prediction.level },
      past: hasMoved(watched.past, seen.past) ? seen.past : null,
      evidence,
      premise: premiseOf(assessment),
      assessedAt: now,
      firstSampleAt: window.firstAt,
      lastSampleAt: window.lastAt,
      checkedHour: hour,
    },
    history: material ? [healthRow(seen)] : [],
    rows: [
      ...(hourly ? [checkRow(seen, `check:${watched.component.id}:${hour.toISOString()}`)] : []),
      ...(material && assessment.warnings.length > 0
        ? [checkRow(seen, `warning:${watched.component.id}:${now.toISOString()}`)]
        : []),
      ...anomalyRows(seen),
      ...(unknown === null ? [] : [unknown]),
    ],
  };
}
