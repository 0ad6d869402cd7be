import type { App } from '../app.js';
import { type StormStep, stormStep } from '../domain/decide/storm-step.js';
import type { Settings } from '../domain/settings.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import { holdStorm, readControl, recordStorm, type StormState } from '../store/control.js';
import { fleetNow } from '../store/fleet.js';
import { sqlState } from '../store/sql.js';

/** How often the state is read anew because another has changed it. */
const TRIES = 5;

/**
 * Carry the storm exit on, before anything is decided, so that a crash between does not lose it.
 *
 * It goes on from the state that the database holds at that moment; who was overtaken reads again. Safe to
 * repeat and to run in parallel.
 *
 * @returns whether automatic action has stopped
 */
export async function carryStorm(app: App, settings: Settings): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const control = await readControl(app.sql);
    if (control === null) return false;
    const storm = await carryOn(app, control, settings);
    if (storm !== null) return storm.stormSince !== null;
  }
  app.log({ level: 'warn', event: 'storm_contended', tries: TRIES });
  return (await readControl(app.sql))?.stormSince != null;
}

/** One step from a known state; null when it is not the present one any more. */
async function carryOn(
  app: App,
  { stormSince, calmSince }: StormState,
  settings: Settings,
): Promise<StormStep | null> {
  const before = { stormSince, calmSince };
  const fleet = await fleetNow(app.sql, settings.shardSize, app.at);
  const storm = stormStep(before, fleet, settings, fleet.now);
  if (storm.stormSince === stormSince && storm.calmSince === calmSince) return storm;
  const rows = stormRows(before, storm);
  try {
    await app.sql.transaction([
      holdStorm(app.sql, before),
      recordStorm(app.sql, storm),
      ...(rows.length > 0 ? [writeBrain(app.sql, rows)] : []),
    ]);
  } catch (error) {
    if (sqlState(error) !== 'FS001') throw error;
    return null;
  }
  return storm;
}

/** The storm exit is loud: what it stops, and when it is over. */
function stormRows(before: StormState, storm: StormStep): BrainRow[] {
  if (storm.changed === null) return [];
  const since = before.stormSince ?? storm.stormSince;
  const why =
    storm.changed === 'began'
      ? 'so much is bad at once that automatic action has stopped'
      : 'it has been calm long enough: automatic action goes on';
  return [
    {
      agent: 'enhanced_self_healing',
      actionType: 'escalation',
      component: '(all)',
      input: { why },
      output: { storm: storm.changed, needs_person: storm.changed === 'began' },
      success: true,
      eventKey: `storm:${storm.changed}:${since?.getTime()}`,
    },
  ];
}
