import type { PlatformRef } from '../domain/component.js';
import type { Schema } from '../domain/decide/schema-changes.js';
import { AppError } from '../errors.js';
import { sleepOf } from './neon/asleep.js';
import { neonCalls } from './neon/calls.js';
import { endSessions } from './neon/end-sessions.js';
import { restart } from './neon/restart.js';
import { connectionOf, type SessionBox, type SessionDoors } from './neon/session-box.js';
import type { ActionRequest, Platform } from './platform.js';
import { openVendor, type VendorOptions } from './vendor.js';
import { vendorPlatform } from './vendor-action.js';

/** How the adapter to Neon is built. */
export interface NeonOptions extends VendorOptions, SessionDoors {
  /** How long Neon may take to show an operation that it has accepted, milliseconds; 10 s by default. */
  readonly settleMs?: number;
  /** Reads the shape of a database over a connection string; null is the connection's own. Absent: nobody does. */
  readonly readSchema?: (
    connectionString: string,
    variable: string,
    database: string | null,
  ) => Promise<Schema>;
}

const SETTLE_MS = 10_000;

/** What Neon can do to a database. */
export const NEON_ACTIONS: Platform['actions'] = ['restart', 'reset_database'];

/**
 * Neon as a {@link Platform}: a compute endpoint is restarted through its API, and stuck sessions are ended
 * over the team's own connection string.
 *
 * @throws {AppError} `misconfigured` when the API's address is neither https nor on this machine
 * @see https://neon.com/docs/reference/api
 */
export function neonPlatform({
  settleMs = SETTLE_MS,
  connection,
  open,
  readSchema,
  ...options
}: NeonOptions): Platform {
  // Neon's burst limit is one of each route.
  const vendor = openVendor('Neon', options, { limitPer: 'path' });
  const doors = { connection, open };
  const platform = vendorPlatform({
    name: 'neon',
    title: 'Neon',
    // Not every action is a call of the API: each tells its own address.
    baseUrl: '',
    can: NEON_ACTIONS,
    actions: { restart, reset_database: endSessions },
    step: (request, signal) => {
      const target = targetOf(request);
      const sessions = (): SessionBox => {
        const { url, variable } = connectionOf(target, doors);
        return open(url, variable);
      };
      const calls = neonCalls({ ...vendor, signal }, target);
      const { baseUrl } = vendor;
      const targetId = target.endpoint_id;
      return { request, target, targetId, calls, baseUrl, sessions, now: vendor.now(), settleMs };
    },
  });
  return {
    ...platform,
    check: async (target) => checkConnection(target, doors),
    async schema(request, wake) {
      const ref = targetOf(request);
      if (readSchema === undefined || ref.connection === null) return null;
      const { url, variable } = connectionOf(ref, doors);
      const sleep = wake === 'always' ? 'awake' : await sleepOf(neonCalls(vendor, ref));
      if (sleep === 'asleep' || (sleep === 'unknown' && wake === 'never')) return null;
      return readSchema(url, variable, ref.database);
    },
  };
}

function checkConnection(target: PlatformRef, doors: SessionDoors): void {
  if (target.type !== 'neon' || target.connection === null) return;
  try {
    connectionOf(target, doors);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('invalid', error.message);
  }
}

function targetOf({ target, component }: Pick<ActionRequest, 'target' | 'component'>) {
  if (target.type === 'neon') return target;
  throw new AppError('refused', `${component} is not at Neon`);
}
