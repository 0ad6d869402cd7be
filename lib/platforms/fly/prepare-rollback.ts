import * as z from 'zod';
import type { VersionWish } from '../choose-version.js';
import { outdatedBy, shownRecord, type VersionRecord } from '../known-standing.js';
import type { Prepared } from '../platform.js';
import { masked } from '../variables.js';
import { refuse } from '../vendor-action.js';
import type { Machine, MachineVersion } from './answers.js';
import { configTarget } from './config-target.js';
import { type FlyStep, groupOf } from './fly-action.js';
import { movingOf, oldestOf } from './group.js';
import { liveFrom } from './live-state.js';
import { rollbackTarget } from './rollback-target.js';
import {
  changesBetween,
  inverted,
  standsAt,
  VariableChanges,
  variablesOf,
} from './variable-changes.js';
import { wholeState } from './whole-state.js';

/** The longest name of a version that an action can carry. */
const LONGEST = 256;

/** One machine as it stands before a rollback. */
export const StoredMachine = z.object({
  id: z.string().min(1),
  instance_id: z.string().min(1),
  is_started: z.boolean(),
});
export type StoredMachine = z.infer<typeof StoredMachine>;

/** What is changed of a group's machines. */
interface Way {
  readonly image: { readonly from: string; readonly to: string };
  readonly variables: VariableChanges;
  readonly record: VersionRecord;
  /** What its undo is to go to, as an action names it. */
  readonly back: string;
}

/** All that a way is chosen by. */
interface Seen {
  readonly machines: readonly Machine[];
  readonly oldest: Machine;
  /** Of the oldest machine, newest first. */
  readonly versions: readonly MachineVersion[];
  readonly wish: VersionWish;
}

/** Fix what a rollback changes of each machine, and the way back; read-only. */
export async function prepareRollback(step: FlyStep): Promise<Prepared> {
  const { action, byPerson, known = [], undoes } = step.request;
  if (action.name !== 'rollback') refuse(step, 'it is no rollback');
  const machines = await groupOf(step);
  const oldest = oldestOf(machines);
  if (oldest === undefined) refuse(step, 'it has no machine');
  const versions = await step.calls.versions(oldest.id);
  const wish = { to: action.to, byPerson, known, isUndo: undoes !== undefined };
  const kind = action.rollback_type;
  const way = WAYS[kind](step, { machines, oldest, versions, wish });
  requireOneOf(step, machines, way.variables);
  const { image, variables, record, back } = way;
  const left = machines.filter(({ config }) => config.image === image.from);
  return {
    ...outdatedBy(record),
    before: {
      image: image.from,
      live_from: liveFrom(left)?.toISOString() ?? null,
      machines: machines.map(storedMachine),
      ...shownVariables(variables, 'from'),
    },
    after: { image: image.to, ...shownRecord(record), ...shownVariables(variables, 'to') },
    inverse: back.length > LONGEST ? null : { name: 'rollback', rollback_type: kind, to: back },
    ...(kind !== 'deployment' && { secret: { variables } }),
  };
}

const WAYS = { deployment, config, previous_state: previousState } as const;

function deployment(step: FlyStep, { machines, versions, wish }: Seen): Way {
  const target = rollbackTarget(machines, versions, wish);
  if (target.kind === 'refused') refuse(step, target.why);
  const { from, to } = target;
  return { image: { from, to }, variables: {}, record: target, back: from };
}

function config(step: FlyStep, { machines, oldest, versions, wish }: Seen): Way {
  const moving = movingOf(machines);
  if (moving !== undefined) {
    refuse(step, `machine ${moving.id} is in progress (${moving.state}): wait for its end`);
  }
  const { image } = oldest.config;
  if (machines.some(({ config: own }) => own.image !== image)) {
    refuse(step, 'its machines run different images: deploy one first');
  }
  const same = { image: { from: image, to: image }, back: oldest.instance_id };
  const undone = undoneVariables(step);
  if (undone !== null) return { ...same, variables: undone, record: UNDO };
  const target = configTarget(oldest, versions, wish);
  if (target.kind === 'refused') refuse(step, target.why);
  const variables = changesBetween(variablesOf(oldest.config), variablesOf(target.to.user_config));
  return { ...same, variables, record: target };
}

function previousState(step: FlyStep, seen: Seen): Way {
  const way = deployment(step, seen);
  const undone = undoneVariables(step);
  if (undone !== null) return { ...way, variables: undone };
  const { machines, oldest, versions } = seen;
  const then = wholeState(step, machines, versions, way.image.to);
  const variables = changesBetween(variablesOf(oldest.config), variablesOf(then.user_config));
  return { ...way, variables };
}

/** Of where an undo leads nothing is asked. */
const UNDO: VersionRecord = { standing: 'unproven', evidence: 'it is taken back', schema: null };

/** What takes the variables back to where they were before what is undone; null where it is no undo. */
function undoneVariables(step: FlyStep): VariableChanges | null {
  const { undoes } = step.request;
  if (undoes === undefined) return null;
  const kept = z.object({ variables: VariableChanges }).safeParse(undoes.secret).data;
  return inverted(kept?.variables ?? refuse(step, 'what it has changed is not kept'));
}

/** What was chosen by the oldest machine must be true of all: one whose variables are others has them for a reason. */
function requireOneOf(
  step: FlyStep,
  machines: readonly Machine[],
  variables: VariableChanges,
): void {
  const isUndo = step.request.undoes !== undefined;
  const other = machines.find(({ config: own }) => {
    const now = variablesOf(own);
    return !(standsAt(now, variables, 'from') || (isUndo && standsAt(now, variables, 'to')));
  });
  if (other === undefined) return;
  const names = Object.keys(variables).join(', ');
  refuse(step, `machine ${other.id} has variables of its own: ${names} are not set alike`);
}

const storedMachine = ({ id, instance_id, state }: Machine): StoredMachine => ({
  id,
  instance_id,
  is_started: state === 'started',
});

/** Which variables are changed, without a value. */
function shownVariables(variables: VariableChanges, end: 'from' | 'to'): object {
  const names = Object.keys(variables).toSorted();
  if (names.length === 0) return {};
  const set = Object.entries(variables).flatMap(([name, change]) => {
    const value = change[end];
    return value === null ? [] : [[name, value] as const];
  });
  return { config: masked(Object.fromEntries(set), names) };
}
