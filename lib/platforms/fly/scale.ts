import * as z from 'zod';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Machine } from './answers.js';
import { paths } from './calls.js';
import { type FlyAction, type FlyStep, groupOf, oneByOne } from './fly-action.js';
import { stopsByNeed } from './group.js';

/** What is to be there, and no more: fixed before the first call, so that a repetition adds nothing. */
const After = z.object({
  instances: z.number(),
  /** Names of machines to make from a copy of `like`. */
  make: z.array(z.string()),
  /** Ids of machines to remove. */
  remove: z.array(z.string()),
  like: z.string().min(1),
});

/** How the machines that Forestall has added are called; nothing else is ever removed. */
const OURS = 'forestall-';

/**
 * Bring a process group to a number of machines: by copies of one that runs, under names that follow from
 * the recovery; down by removing what was added so.
 *
 * Refused where machines have volumes, which no copy can share, or where some do not run: there Fly starts
 * and stops machines by need.
 *
 * @see https://fly.io/docs/machines/api/machines-resource/#create-a-machine
 */
export const scale: FlyAction = {
  describe: ({ targetId }) => [
    `POST ${paths.machines(targetId)} (or DELETE of machines that were added so)`,
  ],
  prepare,
  async act(step, prepared) {
    const wanted = stored(step, prepared);
    const before = await groupOf(step);
    const like = before.find(({ id }) => id === wanted.like);
    if (like === undefined) refuse(step, `machine ${wanted.like} is gone`);
    const names = new Set(before.map(({ name }) => name));
    const ids = new Set(before.map(({ id }) => id));
    const calls = [
      ...wanted.make.filter((name) => !names.has(name)).map((name) => () => add(step, like, name)),
      ...wanted.remove.filter((id) => ids.has(id)).map((id) => () => step.calls.destroy(id)),
    ];
    await oneByOne(step, calls, async (call) => {
      await call();
    });
    return result(step, prepared, 'Fly.io took it');
  },
  look,
  report,
};

async function prepare(step: FlyStep): Promise<Prepared> {
  const { action, recoveryId } = step.request;
  if (action.name !== 'scale') refuse(step, 'this is no scaling');
  const machines = await groupOf(step);
  refuseOthers(step, machines);
  if (!step.request.byPerson && machines.some(stopsByNeed)) {
    refuse(step, 'Fly.io stops its machines by need: only a person may add any');
  }
  const count = machines.length;
  const more = Math.max(0, action.to - count);
  const added = machines
    .filter(({ name }) => name.startsWith(OURS))
    .toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime());
  const fewer = Math.max(0, count - action.to);
  if (fewer > added.length) {
    refuse(
      step,
      `only machines that Forestall has added are removed (${added.length} of ${count})`,
    );
  }
  const removed = new Set(added.slice(0, fewer).map(({ id }) => id));
  const like = machines.find(({ id }) => !removed.has(id));
  if (like === undefined) refuse(step, 'no machine would be left');
  return {
    before: { instances: count },
    after: {
      instances: action.to,
      make: Array.from({ length: more }, (_, i) => `${OURS}${recoveryId}-${i + 1}`),
      remove: [...removed],
      like: like.id,
    },
    inverse: { name: 'scale', to: count },
  };
}

function refuseOthers(step: FlyStep, machines: readonly Machine[]): void {
  const idle = machines.find(({ state }) => state !== 'started');
  if (idle !== undefined) {
    refuse(step, `machine ${idle.id} is ${idle.state}: Fly.io starts and stops this group by need`);
  }
  if (machines.some(({ config }) => (config.mounts ?? []).length > 0)) {
    refuse(step, 'its machines have volumes, which a copy cannot share');
  }
}

const add = ({ calls }: FlyStep, { region, config }: Machine, name: string): Promise<number> =>
  calls.create({ name, region, config });

/** What is still left: machines that are not there, or not yet started; and those that are still there. */
async function left(step: FlyStep, prepared: Prepared) {
  const { make, remove } = stored(step, prepared);
  const now = await groupOf(step);
  const states = new Map(now.map(({ name, state }) => [name, state]));
  const there = new Set(now.map(({ id }) => id));
  return {
    toMake: make.filter((name) => !states.has(name)),
    toStart: make.filter((name) => states.get(name) !== 'started'),
    toRemove: remove.filter((id) => there.has(id)),
  };
}

async function look(step: FlyStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { toMake, toRemove } = await left(step, prepared);
  if (toMake.length + toRemove.length > 0) return nothingSeen(step, called, 'change of machines');
  const told = result(step, prepared, 'the answer was lost; its machines show it');
  return { kind: 'done', result: told };
}

async function report(step: FlyStep, prepared: Prepared): Promise<Reported> {
  const { toStart, toRemove } = await left(step, prepared);
  return toStart.length + toRemove.length === 0
    ? { kind: 'done', result: result(step, prepared, 'scaled') }
    : { kind: 'pending' };
}

/** What was stored before the call. Without it nobody knows what was meant, and nothing is done. */
function stored(step: FlyStep, { after }: Prepared): z.infer<typeof After> {
  const parsed = After.safeParse(after);
  return parsed.success
    ? parsed.data
    : refuse(step, 'the recovery does not say how many machines: plan it anew');
}

function result({ request, targetId }: FlyStep, { before, after }: Prepared, message: string) {
  return {
    success: true,
    service_id: targetId,
    component: request.component,
    message,
    from_state: { instances: before?.['instances'] ?? null },
    to_state: { instances: after?.['instances'] ?? null },
  };
}
