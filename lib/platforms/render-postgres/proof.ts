import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen } from '../vendor-action.js';
import { type Before, type Compared, compare, storedBefore } from './connections.js';
import type { RenderPostgresStep } from './render-postgres-action.js';

/** Statuses of a database that serves; a maintenance to come changes nothing of that. */
const UP: ReadonlySet<string> = new Set(['available', 'maintenance_scheduled']);

/** What an action on a database came to, as the contract has it. */
export function result({ request, targetId }: RenderPostgresStep, message: string) {
  return { success: true, service_id: targetId, component: request.component, message };
}

/**
 * Look whether the primary has lost the connections of before: both a restart and a failover end them all.
 * Render keeps no list of either, and whoever did it, ours or another, there is nothing to repeat.
 *
 * @param message - what is told where it shows
 */
export async function lookForEnd(
  step: RenderPostgresStep,
  prepared: Prepared,
  called: Called,
  message: string,
): Promise<Looked> {
  const before = storedBefore(step, prepared);
  const processes = await step.calls.processes();
  if (processes === null) {
    return { kind: 'unknown', why: 'Render cannot tell what is connected, so nothing shows it' };
  }
  const seen = compare(processes, before, called.since);
  const why = doubt(seen, before);
  if (why !== null) return { kind: 'unknown', why };
  const left = fromBefore(seen, before);
  if (left > 0) return stillThere(step, before, called, left);
  return { kind: 'done', result: { ...result(step, message), status_code: null } };
}

/** Whether the database serves again, and none of the connections of before is left. */
export async function reportEnd(
  step: RenderPostgresStep,
  prepared: Prepared,
  since: Date,
  message: string,
): Promise<Reported> {
  const before = storedBefore(step, prepared);
  const state = await stateNow(step);
  if (state !== null) return state;
  const processes = await step.calls.processes();
  if (processes === null) return { kind: 'pending' };
  const seen = compare(processes, before, since);
  if (isUntold(seen, before)) return { kind: 'done', result: result(step, 'it is available') };
  if (fromBefore(seen, before) > 0) return { kind: 'pending' };
  return { kind: 'done', result: result(step, message), endedAt: seen.fresh[0] ?? null };
}

/** Of several nodes it must be known which has what. */
const isUntold = ({ told }: Compared, before: Before): boolean => before.high_availability && !told;

/**
 * Connections of the primary that were there before the call. Where there is a standby, those that nobody knew
 * may have been the standby's, which another primary keeps.
 */
function fromBefore({ kept, older, switched }: Compared, before: Before): number {
  if (switched) return 0;
  return before.high_availability ? kept : kept + older;
}

/** Why what is connected shows nothing, neither that it was done nor that it was not; null where it does. */
function doubt(seen: Compared, before: Before): string | null {
  if (isUntold(seen, before)) return 'Render does not tell which connections the primary has';
  if (seen.switched || fromBefore(seen, before) > 0) return null;
  if (seen.older > 0) return 'connections from before the call may be those of either node';
  if (seen.fresh.length === 0) return 'nobody is connected, so nothing shows it';
  return seen.fleeting
    ? 'no connection of before had lasted a minute, so that they are gone shows nothing'
    : null;
}

/**
 * Not done, once Render has had its time to begin. Where the database is not in the status of before, something
 * has begun, and may yet be that.
 */
async function stillThere(
  step: RenderPostgresStep,
  before: Before,
  called: Called,
  count: number,
): Promise<Looked> {
  const { status } = await step.calls.database();
  if (status === before.status) return nothingSeen(step, called, 'end of its connections');
  const why = `${count} connections are from before, but the database is ${status.replaceAll('_', ' ')}`;
  return { kind: 'unknown', why };
}

/** What the database's status says of an action that Render has accepted; null where it serves. */
async function stateNow(step: RenderPostgresStep): Promise<Reported | null> {
  const { status, suspended } = await step.calls.database();
  if (suspended !== 'not_suspended') return failed(step, 'the database was suspended since');
  if (status === 'recovery_failed') return failed(step, 'the recovery of the database has failed');
  return UP.has(status) ? null : { kind: 'pending' };
}

function failed(step: RenderPostgresStep, why: string): Reported {
  return { kind: 'failed', why, result: { ...result(step, why), success: false } };
}
