import type { NeonRef } from '../../domain/platform-refs/neon.js';
import type { SessionsFound } from '../../domain/sessions.js';
import { AppError } from '../../errors.js';

/** Which sessions are looked at; null as {@link NeonRef} has it. */
export type SessionScope = Pick<NeonRef, 'database' | 'role'>;

/**
 * The sessions of one database, by a connection of the team's own.
 *
 * All throw `AppError`: `upstream_unavailable` when the database cannot be reached, `upstream_refused`
 * when it refuses the login or the statement.
 */
export interface SessionBox {
  /** Look which are stuck; ends none. */
  look(scope: SessionScope): Promise<SessionsFound>;
  /** End those that are stuck. Safe to repeat: each time the sessions are judged anew. */
  end(scope: SessionScope): Promise<SessionsFound>;
  /** How many of some sessions, by the names that `end` gave, are still there. */
  left(sessions: readonly string[]): Promise<number>;
}

/** How an adapter comes to a database. */
export interface SessionDoors {
  /** A connection string by the name of its variable; undefined where it is not set. */
  readonly connection: (variable: string) => string | undefined;
  readonly open: (connectionString: string, variable: string) => SessionBox;
}

/**
 * Find the connection that a component names.
 *
 * @throws {AppError} `refused` when it names none, or one that is not set, or that leads to another
 * compute endpoint than the component's
 */
export function connectionOf(
  { connection, endpoint_id: id }: NeonRef,
  doors: SessionDoors,
): { readonly variable: string; readonly url: string } {
  if (connection === null) {
    throw new AppError('refused', `${id}: no connection is named by which its sessions are ended`);
  }
  const url = doors.connection(connection);
  if (url === undefined) {
    throw new AppError('refused', `${connection} is not set: the sessions of ${id} are unknown`);
  }
  if (!leadsTo(url, id)) {
    throw new AppError('refused', `${connection} leads to another compute endpoint than ${id}`);
  }
  return { variable: connection, url };
}

/** A host begins with its endpoint's id, with `-pooler` for the pooled one; on this machine all are one. */
function leadsTo(url: string, endpointId: string): boolean {
  const { hostname } = new URL(url);
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return true;
  return hostname.split('.')[0]?.replace(/-pooler$/, '') === endpointId;
}
