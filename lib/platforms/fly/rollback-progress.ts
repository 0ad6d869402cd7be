import * as z from 'zod';
import { storedStates } from '../deployment-rollback.js';
import type { Prepared } from '../platform.js';
import { refuse } from '../vendor-action.js';
import type { Machine } from './answers.js';
import type { FlyStep } from './fly-action.js';
import { inGroup, isGone, isStoppedByNeed } from './group.js';
import { StoredMachine } from './prepare-rollback.js';
import { standsAt, VariableChanges, variablesOf } from './variable-changes.js';

/** The state that a rollback leaves, as it is stored with the recovery; of the configurations nothing is kept in plain. */
const Before = z.object({ image: z.string().min(1), machines: z.array(StoredMachine).min(1) });

/** The state that it leads to. */
const After = z.object({ image: z.string().min(1) });

/** How far one machine's rollback has come; `elsewhere` was changed by somebody else. */
export type Progress = 'untouched' | 'moving' | 'done' | 'elsewhere';

/** What is changed of the variables, sealed; an older recovery has none. */
const Secret = z.object({ variables: VariableChanges });

/** Between which states it goes, as they were stored before the call. @throws {AppError} `refused` without them */
export const states = (step: FlyStep, prepared: Prepared) => ({
  ...storedStates(step, prepared, { before: Before, after: After, between: 'images' }),
  variables: variablesIn(step, prepared),
});

function variablesIn(step: FlyStep, { secret }: Prepared): VariableChanges {
  const { action } = step.request;
  if (action.name !== 'rollback' || action.rollback_type === 'deployment') return {};
  const kept = Secret.safeParse(secret).data;
  return kept?.variables ?? refuse(step, 'what it changes is not kept: plan it anew');
}

/** How far one machine's rollback has come; it is undefined where it is not told of any more. */
export function progressOf(
  step: FlyStep,
  prepared: Prepared,
  { stored, machine }: { stored: StoredMachine; machine: Machine | undefined },
): Progress {
  if (machine === undefined || isGone(machine)) return 'elsewhere';
  const end = endOf(machine, states(step, prepared));
  if (machine.instance_id === stored.instance_id) {
    return end === null ? 'elsewhere' : STOOD[end];
  }
  if (end !== 'to') return 'elsewhere';
  return isRunning(machine) || !stored.is_started ? 'done' : 'moving';
}

/** How far one has come that nobody has changed; at the other end it is another part of what was left half done. */
const STOOD = { from: 'untouched', to: 'done' } as const;

/** Whether it runs as far as it is needed. */
const isRunning = (machine: Machine): boolean =>
  machine.state === 'started' || isStoppedByNeed(machine);

/** At which end of the rollback a machine's configuration stands; null at neither. */
function endOf(
  { config }: Machine,
  { from, to, variables }: ReturnType<typeof states>,
): 'from' | 'to' | null {
  const own = variablesOf(config);
  if (config.image === from.image && standsAt(own, variables, 'from')) return 'from';
  return config.image === to.image && standsAt(own, variables, 'to') ? 'to' : null;
}

/** How far each machine has come, by one list of all. */
export function allProgress(step: FlyStep, prepared: Prepared, machines: readonly Machine[]) {
  const now = new Map(machines.map((machine) => [machine.id, machine]));
  return states(step, prepared).from.machines.map((stored) => ({
    id: stored.id,
    progress: progressOf(step, prepared, { stored, machine: now.get(stored.id) }),
  }));
}

/** A machine that somebody has added since, as the others were before; undefined where there is none. */
export function addedBefore(step: FlyStep, prepared: Prepared, machines: readonly Machine[]) {
  const all = states(step, prepared);
  const known = new Set(all.from.machines.map(({ id }) => id));
  return inGroup(machines, step.group).find(
    (machine) => !known.has(machine.id) && endOf(machine, all) === 'from',
  );
}
