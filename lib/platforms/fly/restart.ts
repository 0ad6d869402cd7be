import * as z from 'zod';
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
import { stoppedByItself } from './stopped-by-itself.js';

const Stored = z.object({
  id: z.string().min(1),
  /** The newest event before the restart, by Fly's clock, milliseconds; 0 for none. */
  newest_event: z.number(),
  how: z.enum(['restart', 'start']),
});
type Stored = z.infer<typeof Stored>;

const Before = z.object({ machines: z.array(Stored).min(1) });

/** How far one machine's restart has come. */
type Progress = 'untouched' | 'moving' | 'done';

/**
 * Restart a process group, machine by machine, each only when the one before runs again.
 *
 * Machines that are stopped are left alone while others run; where none does, they are started: without a person
 * only those that have ended by themselves, for what somebody has stopped is meant to be. A machine counts as restarted
 * by a start that is newer than all that was known before.
 *
 * @see https://fly.io/docs/machines/api/machines-resource/
 */
export const restart: FlyAction = {
  describe: ({ targetId }) => [
    `POST ${paths.machines(targetId)}/{id}/restart (of each machine in turn)`,
  ],
  async prepare(step) {
    const machines = await groupOf(step);
    const wanted = chosen(step, machines);
    if (wanted.length === 0) refuse(step, noneText(machines));
    return { before: { machines: wanted }, after: null, inverse: null };
  },
  async act(step, prepared) {
    const machines = stored(step, prepared);
    await oneByOne(step, machines, (machine) => restartOne(step, machine));
    return { ...result(step, machines, 'Fly.io restarted'), status_code: 200 };
  },
  look,
  report,
};

/** All that run, or the one that is asked for by its id; where none runs, all that are stopped. */
function chosen(step: FlyStep, machines: readonly Machine[]): Stored[] {
  const { action } = step.request;
  const instance = 'instance' in action ? action.instance : undefined;
  const among = instance === undefined ? machines : machines.filter(({ id }) => id === instance);
  if (among.length === 0) refuse(step, `it has no machine ${instance}`);
  const running = among.filter(({ state }) => state === 'started');
  if (running.length > 0) return running.map((machine) => toStored(machine, 'restart'));
  const { byPerson, onlyLook = false } = step.request;
  const mayStart = (machine: Machine) => byPerson || onlyLook || stoppedByItself(machine);
  return among
    .filter((machine) => machine.state === 'stopped' && mayStart(machine))
    .map((machine) => toStored(machine, 'start'));
}

const toStored = ({ id, events }: Machine, how: Stored['how']): Stored => ({
  id,
  newest_event: Math.max(0, ...events.map(({ timestamp }) => timestamp)),
  how,
});

const noneText = (machines: readonly Machine[]): string =>
  machines.some(({ state }) => state === 'stopped')
    ? 'its machines are stopped, and not by themselves as far as Fly.io tells: only a person may start them'
    : 'no machine is started or stopped: wait for their states';

async function restartOne(step: FlyStep, machine: Stored): Promise<void> {
  const { id, how } = machine;
  const progress = progressOf(machine, await step.calls.machine(id));
  if (progress === 'done') return;
  if (progress === 'untouched') await step.calls[how](id);
  await untilStarted(step, id);
  if (progressOf(machine, await step.calls.machine(id)) !== 'done') {
    throw unfinished(step, `machine ${id} has not started anew yet`);
  }
}

/** A machine that has left the state it was found in moves, though no event shows it yet. */
function progressOf({ newest_event: newest, how }: Stored, { events, state }: Machine): Progress {
  const fresh = events.filter(({ timestamp }) => timestamp > newest);
  if (fresh.length === 0) {
    return state === (how === 'restart' ? 'started' : 'stopped') ? 'untouched' : 'moving';
  }
  return state === 'started' && fresh.some(({ type }) => type === 'start') ? 'done' : 'moving';
}

/** How far each has come; a machine that is gone counts as one that moves: nobody knows what it was part of. */
async function allProgress(step: FlyStep, machines: readonly Stored[]) {
  const now = new Map((await step.calls.machines()).map((machine) => [machine.id, machine]));
  return machines.map((one) => {
    const machine = now.get(one.id);
    return { id: one.id, progress: machine === undefined ? 'moving' : progressOf(one, machine) };
  });
}

async function look(step: FlyStep, prepared: Prepared, called: Called): Promise<Looked> {
  const machines = stored(step, prepared);
  const all = await allProgress(step, machines);
  if (all.every(({ progress }) => progress === 'done')) {
    const told = result(step, machines, 'the answer was lost; new starts show the restart of');
    return { kind: 'done', result: { ...told, status_code: null } };
  }
  const moving = all.find(({ progress }) => progress === 'moving');
  if (moving !== undefined) {
    return { kind: 'unknown', why: `machine ${moving.id} is on its way` };
  }
  const seen = nothingSeen(step, called, 'further start of a machine');
  return seen.kind === 'not_done' ? asFarAs(all) : seen;
}

async function report(step: FlyStep, prepared: Prepared): Promise<Reported> {
  const machines = stored(step, prepared);
  const all = await allProgress(step, machines);
  return all.every(({ progress }) => progress === 'done')
    ? { kind: 'done', result: result(step, machines, 'restarted') }
    : { kind: 'pending' };
}

/** What was stored before the call. Without it nobody knows what was meant, and nothing is done. */
function stored(step: FlyStep, { before }: Prepared): readonly Stored[] {
  const parsed = Before.safeParse(before);
  return parsed.success
    ? parsed.data.machines
    : refuse(step, 'the recovery does not say which machines: plan it anew');
}

function result({ request, targetId }: FlyStep, machines: readonly Stored[], what: string) {
  return {
    success: true,
    service_id: targetId,
    component: request.component,
    message: `${what} ${machines.length} machines`,
    instances: machines.map(({ id }) => id),
  };
}
