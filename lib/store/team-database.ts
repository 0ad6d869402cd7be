import { neon } from '@neondatabase/serverless';
import { AppError } from '../errors.js';
import { type Sql, sqlState, wrapSql } from './sql.js';

/** A database of the team's own, which is only ever asked about its sessions and the shape of its tables. */
export interface TeamDatabase {
  readonly sql: Sql;
  /** The variable that holds its connection string: what messages call it. */
  readonly variable: string;
}

/** Open one. Makes no request. @param connectionString - checked already: the driver quotes one that is none */
export function teamDatabase(connectionString: string, variable: string): TeamDatabase {
  return { sql: wrapSql(neon(connectionString), async () => false), variable };
}

/**
 * Ask a team's database.
 *
 * What went wrong is told by its SQLSTATE and not kept as a cause: the driver's error may hold the
 * connection string.
 *
 * @throws {AppError} `upstream_unavailable` when it cannot be reached or takes no requests, as when all its
 * connections are used up; `upstream_refused` when it refuses the login or the statement
 */
export async function askTeam<T>(
  { sql, variable }: TeamDatabase,
  ask: (sql: Sql) => Promise<T>,
): Promise<T> {
  try {
    return await ask(sql);
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable') {
      throw new AppError('upstream_unavailable', `the database in ${variable} cannot be reached`);
    }
    const code = sqlState(error);
    if (code === null) throw error;
    const what = code.startsWith('28') ? 'refused the login' : `refused the statement (${code})`;
    throw new AppError('upstream_refused', `the database in ${variable} ${what}`);
  }
}
