import { type App, settingsOf } from '../app.js';
import type { Calibration } from '../domain/learn/calibration.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import { AppError } from '../errors.js';
import type { SweepMessage } from '../queue/messages.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import { type Control, readControl, recordSweep } from '../store/control.js';
import { fleetNow, shardsAt } from '../store/fleet.js';
import { beat } from './beat.js';
import { calibrationInForce } from './calibration-in-force.js';
import { carryCauses } from './carry-causes.js';
import { carryOn } from './carry-on.js';
import { carryStorm } from './carry-storm.js';
import { heal } from './heal.js';
import { keepLedger } from './keep-ledger.js';
import { learn } from './learn.js';
import { maintain } from './maintain.js';
import { outcomeOf, settled } from './settled.js';
import { sweepShards } from './sweep-shards.js';
import { takeUpPresses } from './take-up-presses.js';
import { takeUpSpool } from './take-up-spool.js';
import { undoLeft } from './undo-left.js';
import { watchProviders } from './watch-providers.js';
import type { ShardSum } from './write-shard.js';

/** What one call of the sweep did. */
export interface Swept {
  readonly assessed: number;
  readonly warned: number;
  readonly planned: number;
  readonly took_ms: number;
  /** Shards that were handed to other invocations. */
  readonly shards?: number;
}

/** Shards that one invocation sweeps by itself; more are handed out, one message each. */
const INLINE_SHARDS = 2;

/**
 * One pass: assess every component, then decide, then send what the queue does not know of.
 *
 * Nothing is decided before every shard of the interval has been assessed, so that a storm is seen
 * whole. Repeats and overlaps change nothing twice: a shard is swept once per interval, decisions are
 * claimed against the version of their facts, and messages are found by what they are about.
 *
 * @throws {AppError} `unavailable` while the database cannot be reached
 */
export async function sweep(app: App, message: SweepMessage): Promise<Swept> {
  const began = Date.now();
  const control = await readControl(app.sql);
  const settings = settingsOf(app.baseSettings, control?.settings ?? {});
  if (message.maintenance === true) await maintain(app, settings);
  if (message.learn === true) {
    await learn(app, settings);
    return sumUp([], began);
  }
  const fleet = await fleetNow(app.sql, settings.shardSize, app.at);
  const tick = tickOf(message, fleet.now, settings);
  const { calibration } = calibrationInForce(app, control?.calibration);
  const pass = { settings, calibration, tick, began };
  const isMany = message.shards === undefined && fleet.shards.length > INLINE_SHARDS;
  if (isMany && (await handOut(app, fleet.shards, tick))) {
    return { ...sumUp([], began), shards: fleet.shards.length };
  }
  const assessed = await settled(sweepShards(app, message.shards ?? fleet.shards, pass));
  const whole = await isWhole(app, fleet.shards, tick);
  if (whole || isOverdue(control, settings)) return conclude(app, { ...pass, assessed });
  if (assessed.status === 'rejected') await carryOn(app, settings);
  return sumUp(outcomeOf(assessed), began);
}

/**
 * The interval of an instant, by the second in which it began: it goes on growing when the interval's length
 * is changed, or no shard would ever be due again.
 *
 * @throws {AppError} `invalid` for an interval that is still to come: it would end all sweeps until then
 */
function tickOf({ tick }: SweepMessage, now: Date, { intervalS }: Settings): number {
  const nowS = now.getTime() / SECOND;
  if (tick === undefined) return Math.floor(Math.floor(nowS / intervalS) * intervalS);
  if (tick <= nowS + intervalS) return tick;
  throw new AppError('invalid', `tick: ${tick} is the second of an interval that is still to come`);
}

/** What one call of the sweep works with. */
interface Pass {
  readonly settings: Settings;
  readonly calibration: Calibration;
  readonly tick: number;
  readonly began: number;
}

/** A shard that fails again and again must not keep the rest from being healed. */
function isOverdue(control: Control | null, settings: Settings): boolean {
  const ageS = control?.lastSweepAgeS ?? null;
  return ageS !== null && ageS > 3 * settings.intervalS;
}

async function isWhole(app: App, shards: readonly number[], tick: number): Promise<boolean> {
  const swept = await shardsAt(app.sql, tick);
  return shards.every((shard) => swept.has(shard));
}

/** Hand one message per shard to the queue; false when it does not take them, so that they are swept here. */
async function handOut(app: App, shards: readonly number[], tick: number): Promise<boolean> {
  try {
    await app.queue.publish(
      shards.map((shard) => ({
        path: '/api/sweep',
        body: { shards: [shard], tick },
        retries: 0,
        dedupId: `sweep-${tick}-${shard}`,
        label: 'sweep',
      })),
    );
    return true;
  } catch (error) {
    app.log({ level: 'error', event: 'sweep_not_handed_out', error });
    return false;
  }
}

function sumUp(sums: readonly ShardSum[], began: number, planned = 0): Swept {
  const total = (pick: (sum: ShardSum) => number) => sums.reduce((sum, one) => sum + pick(one), 0);
  return {
    assessed: total((sum) => sum.assessed),
    warned: total((sum) => sum.warned),
    planned,
    took_ms: Date.now() - began,
  };
}

/** What follows once the whole fleet has been assessed. */
async function conclude(
  app: App,
  {
    settings,
    calibration,
    assessed,
    tick,
    began,
  }: Pass & {
    readonly assessed: PromiseSettledResult<readonly ShardSum[]>;
  },
): Promise<Swept> {
  const decided = await settled(decide(app, settings));
  const carried = await carryOn(app, settings);
  const revived = (await takeUpSpool(app)) + (await takeUpPresses(app));
  const decisions = outcomeOf(decided);
  const swept = sumUp(outcomeOf(assessed), began, decisions.began);
  const all = {
    ...swept,
    ...decisions.told,
    ...carried,
    revived,
    calibration: calibration.version,
  };
  await app.sql.transaction([
    recordSweep(app.sql, all),
    writeBrain(app.sql, [cycleRow(all, tick)]),
  ]);
  await beat(app);
  await keepLedger(app, settings);
  return swept;
}

/** Decide on the whole fleet: what the pass tells of it, and how many recoveries were begun or asked for. */
async function decide(app: App, settings: Settings): Promise<{ told: object; began: number }> {
  const storm = await carryStorm(app, settings);
  const causes = await carryCauses(app, settings);
  const pages = await watchProviders(app, settings);
  await undoLeft(app);
  const healed = await heal(app);
  return {
    told: { ...healed, storm, common_causes: causes, status_pages: pages },
    began: (healed?.planned ?? 0) + (healed?.asked ?? 0),
  };
}

function cycleRow(output: Readonly<Record<string, unknown>>, tick: number): BrainRow {
  return {
    agent: 'self_healing_reconciler',
    actionType: 'reconciliation_cycle',
    component: '(all)',
    input: { tick },
    output,
    success: true,
    eventKey: `sweep:${tick}`,
  };
}
