import { rollbackResult } from '../deployment-rollback.js';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import { paths } from './calls.js';
import {
  asFarAs,
  type FlyAction,
  type FlyStep,
  oneByOne,
  unfinished,
  untilStarted,
} from './fly-action.js';
import { isStoppedByNeed } from './group.js';
import { prepareRollback, type StoredMachine } from './prepare-rollback.js';
import {
  addedBefore,
  allProgress,
  type Progress,
  progressOf,
  states,
} from './rollback-progress.js';
import { changed, type VariableChanges } from './variable-changes.js';

/**
 * Return to a proven image that ran before, to the variables that it ran with, or to both: each machine of the group
 * in turn gets its own configuration back with those, under a lease, and must run before the next.
 *
 * Secrets stay as they are: Fly.io shows nobody what they held.
 *
 * Fly.io has no switch for automatic deploys: the next deploy may bring the fault back, and the result says so.
 *
 * @see https://fly.io/docs/machines/api/machines-resource/#update-a-machine
 */
export const rollback: FlyAction = {
  describe: ({ targetId }) => [
    `POST ${paths.machines(targetId)}/{id} (each machine in turn, with the earlier image or variables)`,
  ],
  prepare: prepareRollback,
  async act(step, prepared) {
    const { from } = states(step, prepared);
    await oneByOne(step, from.machines, (machine) => returnOne(step, prepared, machine));
    return result(step, prepared, true);
  },
  look,
  report,
};

async function returnOne(step: FlyStep, prepared: Prepared, machine: StoredMachine): Promise<void> {
  const { id } = machine;
  const progress = await progressNow(step, prepared, machine);
  if (progress === 'done') return;
  const starts = progress === 'moving' || (await updateLeased(step, prepared, machine));
  if (starts) await untilStarted(step, id);
  if ((await progressNow(step, prepared, machine)) !== 'done') {
    throw unfinished(step, `machine ${id} does not run the earlier image yet`);
  }
}

/**
 * Change one machine while nobody else may, and only where it stands as it stood.
 *
 * @returns whether it starts with that; one that does not run is not started
 */
async function updateLeased(
  step: FlyStep,
  prepared: Prepared,
  stored: StoredMachine,
): Promise<boolean> {
  const { id } = stored;
  const nonce = await step.calls.lease(id);
  try {
    const machine = await step.calls.machine(id);
    const launches = stored.is_started && !isStoppedByNeed(machine);
    if (progressOf(step, prepared, { stored, machine }) !== 'untouched') return launches;
    const { to, variables } = states(step, prepared);
    const { env: own = null, ...config } = machine.config;
    const env = own === null && isNone(variables) ? {} : { env: changed(own ?? {}, variables) };
    await step.calls.update(id, nonce, {
      config: { ...config, ...env, image: to.image },
      current_version: machine.instance_id,
      skip_launch: !launches,
    });
    return launches;
  } finally {
    // It ends by itself soon: that it could not be given back changes nothing.
    await step.calls.release(id, nonce).catch(() => undefined);
  }
}

async function progressNow(
  step: FlyStep,
  prepared: Prepared,
  stored: StoredMachine,
): Promise<Progress> {
  const machine = await step.calls.machine(stored.id);
  const progress = progressOf(step, prepared, { stored, machine });
  if (progress === 'elsewhere') refuse(step, `machine ${stored.id} was changed meanwhile`);
  return progress;
}

async function look(step: FlyStep, prepared: Prepared, called: Called): Promise<Looked> {
  const all = allProgress(step, prepared, await step.calls.machines());
  const of = (wanted: Progress) => all.find(({ progress }) => progress === wanted)?.id;
  const elsewhere = of('elsewhere');
  if (elsewhere !== undefined) {
    return { kind: 'unknown', why: `machine ${elsewhere} was changed meanwhile` };
  }
  const moving = of('moving');
  if (moving !== undefined) return { kind: 'unknown', why: `machine ${moving} is on its way` };
  if (of('untouched') === undefined) {
    return { kind: 'done', result: result(step, prepared, true) };
  }
  const seen = nothingSeen(step, called, 'further change of a machine');
  return seen.kind === 'not_done' ? asFarAs(all) : seen;
}

async function report(step: FlyStep, prepared: Prepared): Promise<Reported> {
  const machines = await step.calls.machines();
  const all = allProgress(step, prepared, machines);
  const failed = (why: string): Reported => {
    return { kind: 'failed', why, result: result(step, prepared, false) };
  };
  const elsewhere = all.find(({ progress }) => progress === 'elsewhere');
  if (elsewhere !== undefined)
    return failed(`machine ${elsewhere.id} was changed by somebody else`);
  const added = addedBefore(step, prepared, machines);
  if (added !== undefined) return failed(`machine ${added.id} was added with what was left`);
  return all.every(({ progress }) => progress === 'done')
    ? { kind: 'done', result: result(step, prepared, true) }
    : { kind: 'pending' };
}

const isNone = (variables: VariableChanges): boolean => Object.keys(variables).length === 0;

function result(step: FlyStep, prepared: Prepared, success: boolean) {
  return {
    ...rollbackResult(step, prepared, success),
    auto_deploy: 'still on',
    auto_deploy_why: 'Fly.io has no switch for it: the next deploy may bring the fault back',
  };
}
