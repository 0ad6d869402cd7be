import { AppError } from '../../errors.js';
import type { Looked } from '../platform.js';
import { refuse, type VendorAction, type VendorStep } from '../vendor-action.js';
import type { Machine } from './answers.js';
import type { FlyCalls } from './calls.js';
import { inGroup } from './group.js';

/** What one step of an action at Fly.io works with; its target is an app. */
export interface FlyStep extends VendorStep {
  readonly calls: FlyCalls;
  readonly group: string;
  /** The clock, by which a step of many machines knows when to leave the rest to the next attempt. */
  readonly clock: () => Date;
}

/** One action at Fly.io. */
export type FlyAction = VendorAction<FlyStep>;

/** Machines of one group that are treated one by one, at most: 20 of 8 s are within the time of a recovery's attempts. */
const MOST = 20;

/** How long one attempt may go on to the next machine, milliseconds: a function has 60 s for all of it. */
const WORK_MS = 25_000;

/** Waits for one machine in one attempt, of 5 s each. */
const WAITS = 4;

/**
 * The machines of the component's process group.
 *
 * @throws {AppError} `refused` when there are none, or too many to be treated one by one
 */
export async function groupOf(step: FlyStep): Promise<readonly Machine[]> {
  const machines = inGroup(await step.calls.machines(), step.group);
  if (machines.length === 0) refuse(step, `process group ${step.group} has no machine`);
  if (machines.length > MOST) {
    refuse(step, `${machines.length} machines are too many to be treated one by one`);
  }
  return machines;
}

/**
 * Treat machines one after another; what does not fit into one attempt is left to the next.
 *
 * @param treat - must do nothing to a machine that has been treated already
 * @throws {AppError} `upstream_unavailable` when machines are left
 */
export async function oneByOne<T>(
  step: FlyStep,
  machines: readonly T[],
  treat: (machine: T) => Promise<void>,
): Promise<void> {
  for (const [index, machine] of machines.entries()) {
    if (step.clock().getTime() - step.now.getTime() > WORK_MS) {
      throw unfinished(step, `${index} of ${machines.length} machines are done`);
    }
    await treat(machine);
  }
}

/** Wait until a machine runs. @throws {AppError} `upstream_unavailable` when it does not in time */
export async function untilStarted(step: FlyStep, id: string): Promise<void> {
  for (let wait = 0; wait < WAITS; wait += 1) {
    if (await step.calls.started(id)) return;
  }
  throw unfinished(step, `machine ${id} has not started yet`);
}

/** Something is under way that a later attempt goes on with, once it can be seen. */
export function unfinished(step: FlyStep, what: string): AppError {
  return new AppError('upstream_unavailable', `${step.targetId}: ${what}`, {
    retryAfterS: Math.max(1, Math.ceil(step.settleMs / 1000)),
  });
}

/** What is to be done yet of several machines, none of which moves: all of it, or the rest. */
export function asFarAs(all: readonly { readonly progress: string }[]): Looked {
  const done = all.filter(({ progress }) => progress === 'done').length;
  return done === 0
    ? { kind: 'not_done' }
    : { kind: 'partly', why: `${done} of ${all.length} machines are done` };
}
