import * as z from 'zod';
import { rollbackResult, storedStates } from '../deployment-rollback.js';
import { outdatedBy, shownRecord } from '../known-standing.js';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Machine } from './answers.js';
import { paths } from './calls.js';
import {
  asFarAs,
  type FlyAction,
  type FlyStep,
  groupOf,
  oneByOne,
  unfinished,
  untilStarted,
} from './fly-action.js';
import { oldestOf } from './group.js';
import { liveFrom } from './live-state.js';
import { rollbackTarget } from './rollback-target.js';

const Stored = z.object({
  id: z.string().min(1),
  instance_id: z.string().min(1),
  is_started: z.boolean(),
});
type Stored = z.infer<typeof Stored>;

/** The state that a rollback leaves, as it is stored with the recovery; of the configurations nothing is kept. */
const Before = z.object({ image: z.string().min(1), machines: z.array(Stored).min(1) });

/** The state that it leads to. */
const After = z.object({ image: z.string().min(1) });

/** The longest name of a version that an action can carry. */
const LONGEST = 256;

/** How far one machine's rollback has come; `elsewhere` was changed by somebody else. */
type Progress = 'untouched' | 'moving' | 'done' | 'elsewhere';

/**
 * Return to a proven image that ran before: each machine of the group in turn gets its own configuration back
 * with that image, under a lease, and must run before the next.
 *
 * Fly.io has no switch for automatic deploys: the next deploy may bring the fault back, and the result says so.
 *
 * @see https://fly.io/docs/machines/api/machines-resource/#update-a-machine
 */
export const rollback: FlyAction = {
  describe: ({ targetId }) => [
    `POST ${paths.machines(targetId)}/{id} (each machine in turn, with the earlier image)`,
  ],
  prepare,
  async act(step, prepared) {
    const { from } = states(step, prepared);
    await oneByOne(step, from.machines, (machine) => returnOne(step, prepared, machine));
    return result(step, prepared, true);
  },
  look,
  report,
};

async function prepare(step: FlyStep): Promise<Prepared> {
  const { action, byPerson, known = [], undoes } = step.request;
  if (action.name !== 'rollback' || action.rollback_type !== 'deployment') {
    refuse(step, 'at Fly.io only a deployment can be rolled back');
  }
  const machines = await groupOf(step);
  const oldest = oldestOf(machines);
  const versions = oldest === undefined ? [] : await step.calls.versions(oldest.id);
  const wish = { to: action.to, byPerson, known, isUndo: undoes !== undefined };
  const target = rollbackTarget(machines, versions, wish);
  if (target.kind === 'refused') refuse(step, target.why);
  const { from, to } = target;
  const left = machines.filter(({ config }) => config.image === from);
  return {
    ...outdatedBy(target),
    before: {
      image: from,
      live_from: liveFrom(left)?.toISOString() ?? null,
      machines: machines.map(stored),
    },
    after: { image: to, ...shownRecord(target) },
    inverse:
      from.length > LONGEST ? null : { name: 'rollback', rollback_type: 'deployment', to: from },
  };
}

const stored = ({ id, instance_id, state }: Machine): Stored => ({
  id,
  instance_id,
  is_started: state === 'started',
});

async function returnOne(step: FlyStep, prepared: Prepared, machine: Stored): Promise<void> {
  const { id } = machine;
  const progress = await progressNow(step, prepared, machine);
  if (progress === 'done') return;
  if (progress === 'untouched') await updateLeased(step, prepared, machine);
  if (machine.is_started) await untilStarted(step, id);
  if ((await progressNow(step, prepared, machine)) !== 'done') {
    throw unfinished(step, `machine ${id} does not run the earlier image yet`);
  }
}

/** Change one machine while nobody else may, and only where it stands as it stood. */
async function updateLeased(step: FlyStep, prepared: Prepared, stored: Stored): Promise<void> {
  const { id } = stored;
  const nonce = await step.calls.lease(id);
  try {
    const machine = await step.calls.machine(id);
    if (progressOf(step, prepared, { stored, machine }) !== 'untouched') return;
    await step.calls.update(id, nonce, {
      config: { ...machine.config, image: states(step, prepared).to.image },
      current_version: machine.instance_id,
      skip_launch: !stored.is_started,
    });
  } finally {
    // It ends by itself soon: that it could not be given back changes nothing.
    await step.calls.release(id, nonce).catch(() => undefined);
  }
}

async function progressNow(step: FlyStep, prepared: Prepared, stored: Stored): Promise<Progress> {
  const machine = await step.calls.machine(stored.id);
  const progress = progressOf(step, prepared, { stored, machine });
  if (progress === 'elsewhere') refuse(step, `machine ${stored.id} was changed meanwhile`);
  return progress;
}

function progressOf(
  step: FlyStep,
  prepared: Prepared,
  { stored, machine }: { stored: Stored; machine: Machine | undefined },
): Progress {
  const { from, to } = states(step, prepared);
  if (machine === undefined) return 'elsewhere';
  const { image } = machine.config;
  const isSame = machine.instance_id === stored.instance_id;
  if (isSame && image === from.image) return 'untouched';
  // It ran that image before: another part of what was left half done.
  if (isSame && image === to.image) return 'done';
  if (isSame || image !== to.image) return 'elsewhere';
  return machine.state === 'started' || !stored.is_started ? 'done' : 'moving';
}

/** How far each machine has come, by one list of all. */
async function allProgress(step: FlyStep, prepared: Prepared) {
  const now = new Map((await step.calls.machines()).map((machine) => [machine.id, machine]));
  return states(step, prepared).from.machines.map((stored) => ({
    id: stored.id,
    progress: progressOf(step, prepared, { stored, machine: now.get(stored.id) }),
  }));
}

async function look(step: FlyStep, prepared: Prepared, called: Called): Promise<Looked> {
  const all = await allProgress(step, prepared);
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
  const all = await allProgress(step, prepared);
  const elsewhere = all.find(({ progress }) => progress === 'elsewhere');
  if (elsewhere !== undefined) {
    const why = `machine ${elsewhere.id} was changed by somebody else`;
    return { kind: 'failed', why, result: result(step, prepared, false) };
  }
  return all.every(({ progress }) => progress === 'done')
    ? { kind: 'done', result: result(step, prepared, true) }
    : { kind: 'pending' };
}

const states = (step: FlyStep, prepared: Prepared) =>
  storedStates(step, prepared, { before: Before, after: After, between: 'images' });

function result(step: FlyStep, prepared: Prepared, success: boolean) {
  return {
    ...rollbackResult(step, prepared, success),
    auto_deploy: 'still on',
    auto_deploy_why: 'Fly.io has no switch for it: the next deploy may bring the fault back',
  };
}
