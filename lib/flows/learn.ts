import type { App } from '../app.js';
import { Calibration, HORIZONS } from '../domain/learn/calibration.js';
import { distance } from '../domain/learn/likeness.js';
import { MODEL_VERSION } from '../domain/learn/model-version.js';
import { type Refit, refit } from '../domain/learn/refit.js';
import type { Settings } from '../domain/settings.js';
import { AppError } from '../errors.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import {
  addCalibration,
  holdCalibration,
  listCalibrations,
  retireCalibration,
  type StoredCalibration,
} from '../store/calibrations.js';
import { readControl } from '../store/control.js';
import { labelOutcomes } from '../store/label-outcomes.js';
import { learningKey, learningToday } from '../store/learning.js';
import { readOutcomes } from '../store/outcomes.js';
import { sqlState } from '../store/sql.js';
import { calibrationInForce, type InForce } from './calibration-in-force.js';

/** What a day's learning came to. */
export interface Learnt {
  readonly outcome: 'learned' | 'kept' | 'refused' | 'done before';
  /** Predictions that were labelled. */
  readonly labelled: number;
  /** The version in force afterwards; 0 for none. */
  readonly version: number;
  readonly why: string;
}

/** Predictions that one statement labels, and statements in one go: 40,000 a day are 10,000 components' share. */
const LABEL_AT_ONCE = 2000;
const LABEL_ROUNDS = 30;
/** Outcomes of a kind that are learned from: about 3 MB in all. */
const MOST_OUTCOMES = 10_000;
/** Versions that are looked at for those a person went back from. */
const VERSIONS = 100;
/** Two calibrations that differ by less than this are one: what a person refused under another number. */
const ALIKE = 0.05;
/** A person may go back from a version while another is learned: then it is learned anew. */
const MOST_TRIES = 3;

/**
 * The day's learning: label what has had its time, refit, keep what is better as a version of its own, and
 * tell of it in `unified_brain`.
 *
 * Safe to repeat: once a UTC day, however often it is asked for.
 *
 * @throws {AppError} `unavailable` while the database cannot be reached
 */
export async function learn(app: App, settings: Settings): Promise<Learnt> {
  const labelled = await labelAll(app);
  for (let left = MOST_TRIES; left > 0; left -= 1) {
    const { day, told } = await learningToday(app.sql, { model: MODEL_VERSION, at: app.at });
    if (told) return before(await readNow(app), labelled, day);
    const learnt = await tryLearn(app, { settings, day, labelled });
    if (learnt !== null) return learnt;
  }
  throw new AppError('unavailable', 'the calibration in force changes all the time; try again');
}

function before({ calibration }: InForce, labelled: number, day: string): Learnt {
  const why = `${day} has been learned from`;
  return { outcome: 'done before', labelled, version: calibration.version, why };
}

async function labelAll(app: App): Promise<number> {
  let labelled = 0;
  for (let round = 0; round < LABEL_ROUNDS; round += 1) {
    const [row] = await labelOutcomes(app.sql, { limit: LABEL_AT_ONCE, at: app.at });
    const count = Number(row?.['labelled'] ?? 0);
    labelled += count;
    if (count < LABEL_AT_ONCE) break;
  }
  return labelled;
}

async function readNow(app: App): Promise<InForce> {
  return calibrationInForce(app, (await readControl(app.sql))?.calibration);
}

/** A person went back from it: the sentence that says so, or null. */
function refusedBefore(found: Calibration, versions: readonly StoredCalibration[]): string | null {
  for (const { version, model, body, rolledBackBy } of versions) {
    const old = Calibration.safeParse(body);
    if (rolledBackBy === null || model !== MODEL_VERSION || !old.success) continue;
    if (distance(found, old.data) < ALIKE) {
      return `refused: it is version ${version} again, from which ${rolledBackBy} went back`;
    }
  }
  return null;
}

interface Task {
  readonly settings: Settings;
  readonly day: string;
  readonly labelled: number;
}

/** Learn once; null when another was put in force meanwhile. */
async function tryLearn(app: App, task: Task): Promise<Learnt | null> {
  const { settings, day, labelled } = task;
  const [inForce, versions, outcomes] = await Promise.all([
    readNow(app),
    listCalibrations(app.sql, VERSIONS),
    readOutcomes(app.sql, {
      model: MODEL_VERSION,
      windowS: settings.learnWindowS,
      limit: MOST_OUTCOMES,
    }),
  ]);
  const refitted = refit(outcomes, {
    prior: inForce.calibration,
    heldOut: settings.heldOutShare,
    raiseAt: settings.raiseAt,
    horizonS: settings.horizonS,
    model: MODEL_VERSION,
  });
  const refusal = refitted.changed ? refusedBefore(refitted.calibration, versions) : null;
  const isNew = refitted.changed && refusal === null;
  const version = isNew
    ? 1 + Math.max(0, ...versions.map((one) => one.version))
    : inForce.calibration.version;
  const why = refusal ?? words(refitted);
  const learnt: Learnt = { outcome: outcomeOf(refitted, refusal), labelled, version, why };
  return (await write(app, { inForce, refitted, learnt, day, isNew })) ? learnt : null;
}

function words({ horizons }: Refit): string {
  return HORIZONS.map((horizon) => `${horizon}: ${horizons[horizon].why}`).join('; ');
}

function outcomeOf({ changed, horizons }: Refit, refusal: string | null): Learnt['outcome'] {
  if (refusal !== null) return 'refused';
  if (changed) return 'learned';
  return HORIZONS.some((horizon) => horizons[horizon].verdict === 'refused') ? 'refused' : 'kept';
}

interface Writing {
  readonly inForce: InForce;
  readonly refitted: Refit;
  readonly learnt: Learnt;
  readonly day: string;
  readonly isNew: boolean;
}

/**
 * Keep the version and tell of it, together; false when what it was learned over is in force no more, or
 * another has told of this day.
 */
async function write(app: App, writing: Writing): Promise<boolean> {
  const { inForce, refitted, learnt, day, isNew } = writing;
  const { version, why } = learnt;
  const kept = {
    version,
    calibration: { ...refitted.calibration, version },
    madeFrom: refitted.horizons,
    why,
    learnedOn: day,
  };
  try {
    const answers = await app.sql.transaction([
      holdCalibration(app.sql, inForce.version),
      ...(isNew ? [retireCalibration(app.sql), addCalibration(app.sql, kept)] : []),
      writeBrain(app.sql, [brainRow(writing)]),
    ]);
    return (answers.at(-1)?.length ?? 0) > 0;
  } catch (error) {
    const state = sqlState(error);
    if (state === 'FS001' || state === '23505') return false;
    throw error;
  }
}

function brainRow({ inForce, refitted, learnt, day }: Writing): BrainRow {
  const { outcome, version, labelled, why } = learnt;
  return {
    agent: 'self_healing_system',
    actionType: `calibration_${outcome}`,
    component: '(all)',
    input: { model: MODEL_VERSION, in_force_before: inForce.version, labelled },
    output: { version, why, horizons: refitted.horizons, trouble: inForce.trouble },
    success: true,
    eventKey: learningKey(MODEL_VERSION, day),
  };
}
