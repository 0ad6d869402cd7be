import { AppError } from '../errors.js';
import type { ActionRequest, Platform, Reported } from './platform.js';

/** How far one instance's command has come. */
export interface CommandState {
  readonly instance: string;
  readonly state: 'pending' | 'delivered' | 'done' | 'failed';
  readonly bootId: string | null;
  /** The boot that pushes from this instance now. */
  readonly presentBootId: string | null;
  readonly expired: boolean;
  /** When it reported; null before. */
  readonly finishedAt: Date | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: string | null;
}

/** Where commands wait for the agents' pushes. */
export interface CommandBox {
  /** Lay a command ready for the instances that push; answers them. Safe to repeat. */
  lay(recoveryId: string, component: string, instance: string | null): Promise<string[]>;
  statuses(recoveryId: string): Promise<readonly CommandState[]>;
}

/** What an agent can do to the process that it lives in. */
export const AGENT_ACTIONS: Platform['actions'] = ['clean_memory', 'reset_database', 'restart'];

const instanceOf = ({ action }: ActionRequest): string | null =>
  'instance' in action && action.instance !== undefined ? action.instance : null;

/** Amounts of one process each: of several processes they add up. Nothing else does. */
const AMOUNTS: readonly string[] = ['memory_freed_mb', 'objects_collected', 'current_memory_mb'];

function fold(key: string, known: unknown, value: unknown): unknown {
  if (key === 'success') return known === true && value === true;
  if (key === 'leak_detected') return known === true || value === true;
  if (typeof known !== 'number' || typeof value !== 'number') return known ?? value;
  if (AMOUNTS.includes(key)) return known + value;
  return key === 'attempts' ? Math.max(known, value) : known;
}

/** The results of several instances in the contract's one shape: sums, and success only of all. */
function merged(statuses: readonly CommandState[]): Record<string, unknown> {
  const [first, ...others] = statuses.map(({ result }) => result ?? {});
  const total: Record<string, unknown> = { ...first };
  for (const result of others) {
    for (const [key, value] of Object.entries(result)) total[key] = fold(key, total[key], value);
  }
  return { ...total, instances: statuses.map(({ instance }) => instance) };
}

/** A restart is proven by another boot of the same instance, not by the old one's word. */
function reportRestart(statuses: readonly CommandState[]): Reported {
  const failed = statuses.find(({ state }) => state === 'failed');
  if (failed !== undefined) return failure(failed);
  const back = statuses.every(
    ({ bootId, presentBootId }) => bootId !== null && presentBootId !== bootId,
  );
  const lost = statuses.find(({ state, expired }) => expired && state === 'pending');
  if (lost !== undefined) return failure(lost);
  return back
    ? { kind: 'done', result: { ...merged(statuses), success: true } }
    : { kind: 'pending' };
}

function failure({ instance, error, result, state }: CommandState): Reported {
  const why = error ?? (state === 'pending' ? 'never fetched the command' : 'reported a failure');
  return { kind: 'failed', why: `${instance}: ${why}`, result };
}

function lastOf(statuses: readonly CommandState[]): Date | null {
  const ends = statuses.flatMap(({ finishedAt }) => (finishedAt === null ? [] : [+finishedAt]));
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}

function reportAll(statuses: readonly CommandState[]): Reported {
  const failed = statuses.find(({ state }) => state === 'failed');
  if (failed !== undefined) return failure(failed);
  if (statuses.every(({ state }) => state === 'done')) {
    return { kind: 'done', result: merged(statuses), endedAt: lastOf(statuses) };
  }
  const gone = statuses.find(
    ({ state, expired, bootId, presentBootId }) =>
      expired && (state === 'pending' || (state === 'delivered' && bootId !== presentBootId)),
  );
  return gone === undefined ? { kind: 'pending' } : failure(gone);
}

/**
 * The agents inside a component's own processes as a {@link Platform}.
 *
 * A command waits until its instance pushes; the answer to that push carries it, signed. It is laid ready
 * once per recovery, whatever happens to the caller, and done once by the agent.
 */
export function agentPlatform(box: CommandBox): Platform {
  return {
    name: 'agent',
    actions: AGENT_ACTIONS,
    describe: (request) => [
      `command ${request.action.name} to the agent of ${request.component}${
        instanceOf(request) === null ? '' : ` (${instanceOf(request)})`
      }`,
    ],
    async prepare() {
      return { before: {}, after: null, inverse: null };
    },
    async act(request) {
      const instances = await box.lay(request.recoveryId, request.component, instanceOf(request));
      if (instances.length === 0) {
        throw new AppError('refused', `no agent of ${request.component} has pushed lately`);
      }
      return {
        success: true,
        component: request.component,
        instances,
        message: 'command laid ready',
      };
    },
    async look(request) {
      const statuses = await box.statuses(request.recoveryId);
      return statuses.length === 0
        ? { kind: 'not_done' }
        : { kind: 'done', result: { success: true, component: request.component } };
    },
    async report(request) {
      const statuses = await box.statuses(request.recoveryId);
      if (statuses.length === 0) {
        return { kind: 'failed', why: 'no command was laid ready', result: null };
      }
      return request.action.name === 'restart' ? reportRestart(statuses) : reportAll(statuses);
    },
  };
}
