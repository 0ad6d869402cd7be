import { type App, settingsOf } from '../app.js';
import type { Calibration } from '../domain/learn/calibration.js';
import type { Settings } from '../domain/settings.js';
import { SECOND } from '../domain/time.js';
import { AppError } from '../errors.js';
import type { SweepMessage } from '../queue/messages.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import { type Control, readControl, recordSweep } from '../store/control.js';
import { fleetNow, shardsAt } from '../store/fleet.js';
import { askWhereDue } from './ask-to-tell.js';
import { calibrationInForce } from './calibration-in-force.js';
import { carryCauses } from './carry-causes.js';
import { carryStorm } from './carry-storm.js';
import { heal } from './heal.js';
import { learn } from './learn.js';
import { maintain } from './maintain.js';
import { sendDue } from './send-due.js';
import { sweepShards } from './sweep-shards.js';
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
  if (message.shards === undefined && fleet.shards.length > INLINE_SHARDS) {
    const handed = await handOut(app, fleet.shards, tick);
    if (handed) return { ...sumUp([], began), shards: fleet.shards.length };
  }
  const sums = await sweepShards(app, message.shards ?? fleet.shards, pass);
  const whole = await isWhole(app, fleet.shards, tick);
  return whole || isOverdue(control, settings)
    ? conclude(app, { ...pass, sums })
    : sumUp(sums, began);
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
  { settings, calibration, sums, tick, began }: Pass & { readonly sums: readonly ShardSum[] },
): Promise<Swept> {
  const storm = await carryStorm(app, settings);
  const causes = await carryCauses(app, settings);
  const pages = await watchProviders(app, settings);
  await undoLeft(app);
  const healed = await heal(app);
  const sent = await sendDue(app, settings);
  const telling = await askWhereDue(app);
  const revived = await takeUpSpool(app);
  const planned = (healed?.planned ?? 0) + (healed?.asked ?? 0);
  const swept = sumUp(sums, began, planned);
  const all = {
    ...swept,
    ...healed,
    sent,
    telling,
    revived,
    storm,
    common_causes: causes,
    status_pages: pages,
    calibration: calibration.version,
  };
  await app.sql.transaction([
    recordSweep(app.sql, all),
    writeBrain(app.sql, [cycleRow(all, tick)]),
  ]);
  await beat(app);
  return swept;
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

/** Tell the outside dead-man's switch that a sweep has ended; its absence is the alarm. */
async function beat(app: App): Promise<void> {
  if (app.heartbeatUrl === undefined) return;
  try {
    await fetch(app.heartbeatUrl, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    });
  } catch (error) {
    app.log({ level: 'warn', event: 'heartbeat_failed', error });
  }
}
