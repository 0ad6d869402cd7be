import type { App } from '../app.js';
import { judge } from '../domain/decide/judge.js';
import { judgeFailover } from '../domain/decide/judge-failover.js';
import type { JudgeInput, Judgement } from '../domain/decide/judgement.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import type { Series } from '../domain/window.js';
import type { Reported } from '../platforms/platform.js';
import { findComponent } from '../store/components.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { effectAt } from './effect-time.js';
import { judgeUndo } from './judge-undo.js';
import { type Look, lookNow } from './look-now.js';

/** Points that the success ratio is taken over at the most. */
const RECENT = 20;

/** A recovery that is verified, and what is seen of it. */
export interface RecoverySeen {
  readonly recovery: StoredRecovery;
  readonly look: Look;
  readonly reported: Reported;
  readonly settings: Settings;
}

/**
 * Judge how a recovery ended: by the component, a failover by where traffic is now, and an undo by its executor
 * alone.
 */
export async function judgeEnd(app: App, seen: RecoverySeen): Promise<Judgement> {
  const { recovery, reported } = seen;
  const input = await judgeInput(app, seen);
  if (recovery.origin === 'undo') return judgeUndo(judge(input), reported);
  const standby = ledTo(recovery);
  if (standby === null) return judge(input);
  return judgeFailover({ ...input, standby, after: await standbyAfter(app, standby, seen) });
}

/** The component that traffic was sent to; null for anything else, and where both share their samples. */
function ledTo({ action, executor, component }: StoredRecovery): string | null {
  if (action.name !== 'fail_over' || executor === 'render_postgres') return null;
  return action.to === component ? null : action.to;
}

async function standbyAfter(app: App, name: string, { settings }: RecoverySeen) {
  const component = await findComponent(app.sql, name);
  if (component === null) return null;
  const look = await lookNow(app, component.id, settings);
  return look?.assessment ?? null;
}

async function judgeInput(
  app: App,
  { recovery, look, reported, settings }: RecoverySeen,
): Promise<JudgeInput> {
  const { window, assessment, watched, now } = look;
  const actedAt = effectAt(recovery);
  const verifyAt = recovery.verifyAt ?? now;
  const called = recovery.actedAt ?? recovery.createdAt;
  const settled = Math.max(called.getTime() + settleMs(recovery, verifyAt), actedAt.getTime());
  const { health_url: healthUrl } = watched.component;
  const found = healthUrl === null ? null : (await app.probe(healthUrl)).found;
  const errors = window.series['error_rate'];
  return {
    premise: recovery.premise,
    after: assessment,
    successRatio: errors === undefined ? null : 1 - mean(since(errors, actedAt).slice(-RECENT)),
    freshSamples: freshSamples(look, actedAt),
    reported,
    probe: found === null ? null : found === 'well' ? 'answers' : 'fails',
    waitedS: Math.max(0, (now.getTime() - settled) / SECOND),
    actedAt,
    limits: look.limits,
    undoable: recovery.inverse !== null,
    settings,
  };
}

/** A verification that was put off keeps counting its patience from the first settling time. */
function settleMs({ actedAt, proof }: StoredRecovery, verifyAt: Date): number {
  const first = proof?.['first_verify_at'];
  const at = typeof first === 'string' ? new Date(first) : verifyAt;
  return at.getTime() - (actedAt?.getTime() ?? at.getTime());
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Values of a series after an instant. */
const since = ({ at, y }: Series, instant: Date): number[] =>
  y.filter((_, i) => (at[i] ?? 0) > instant.getTime());

/** Points since the action of the metric that has most. */
function freshSamples({ window }: Look, actedAt: Date): number {
  const counts = Object.values(window.series).map(
    ({ at }) => at.filter((instant) => instant > actedAt.getTime()).length,
  );
  return Math.max(0, ...counts);
}
