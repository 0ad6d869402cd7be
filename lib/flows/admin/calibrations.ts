import type { App } from '../../app.js';
import { AppError } from '../../errors.js';
import { addAudit } from '../../store/audit.js';
import { type BrainRow, writeBrain } from '../../store/brain.js';
import {
  chooseCalibration,
  holdCalibration,
  listCalibrations,
  rollBackCalibration,
  type StoredCalibration,
} from '../../store/calibrations.js';
import { readControl } from '../../store/control.js';
import { sqlState } from '../../store/sql.js';
import { type InForce, readInForce } from '../calibration-in-force.js';
import type { Change } from './change.js';

/** Versions that are shown: three months of a new one each day. */
const SHOWN = 100;

async function inForce(app: App): Promise<InForce> {
  return readInForce((await readControl(app.sql))?.calibration);
}

function shown(one: StoredCalibration): object {
  const { calibration, trouble } = readInForce(one);
  return {
    version: one.version,
    active: one.isActive,
    model: one.model,
    learned_on: one.learnedOn,
    created_at: one.createdAt,
    why: one.why,
    made_from: one.madeFrom,
    horizons: calibration.horizons,
    components: calibration.components,
    rolled_back_at: one.rolledBackAt,
    rolled_back_by: one.rolledBackBy,
    rolled_back_why: one.rolledBackWhy,
    ...(trouble === null ? {} : { trouble }),
  };
}

/** The newest versions of the calibration, and which is in force; 0 where nothing changes what is said. */
export async function showCalibrations(app: App): Promise<object> {
  const [now, versions] = await Promise.all([inForce(app), listCalibrations(app.sql, SHOWN)]);
  return {
    in_force: now.calibration.version,
    ...(now.trouble === null ? {} : { trouble: now.trouble }),
    calibrations: versions.map(shown),
  };
}

/**
 * Go back to a version of the calibration, or with 0 to none. The one in force is never chosen again by
 * itself. The next sweep uses it. Told in unified_brain.
 *
 * @throws {AppError} `not_found` for a version that is not there, `conflict` for the one in force, for one
 * that cannot be used, and when another changes it at the same time
 */
export async function goBack(
  app: App,
  version: number,
  { who, why }: { readonly who: string; readonly why: string },
): Promise<object> {
  const [now, versions] = await Promise.all([inForce(app), listCalibrations(app.sql, SHOWN)]);
  check(version, now, versions);
  try {
    await app.sql.transaction([
      holdCalibration(app.sql, now.version),
      rollBackCalibration(app.sql, { who, why }),
      ...(version === 0 ? [] : [chooseCalibration(app.sql, version)]),
      addAudit(app.sql, {
        who,
        what: `use calibration ${version}`,
        why,
        detail: { from: now.version, to: version },
      }),
      writeBrain(app.sql, [brainRow(now.version, version, { who, why })]),
    ]);
  } catch (error) {
    if (sqlState(error) !== 'FS001') throw error;
    throw new AppError('conflict', 'the calibration in force has just changed; look again');
  }
  return showCalibrations(app);
}

function check(version: number, now: InForce, versions: readonly StoredCalibration[]): void {
  if (version === now.version) throw new AppError('conflict', `${version} is in force already`);
  if (version === 0) return;
  const wanted = versions.find((one) => one.version === version);
  if (wanted === undefined) throw new AppError('not_found', `there is no calibration ${version}`);
  const { trouble } = readInForce(wanted);
  if (trouble !== null) throw new AppError('conflict', trouble);
}

function brainRow(from: number, to: number, { who, why }: Change): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: 'calibration_rolled_back',
    component: '(all)',
    input: { who, why },
    output: { from, to },
    success: true,
    eventKey: null,
  };
}
