import pg from 'pg';
import { resultBody } from './answer.js';
import type { NeonRequest, RawQuery } from './request.js';

/** How one server is reached; the database is named by each request. */
export type Server = Pick<pg.PoolConfig, 'host' | 'port' | 'user' | 'password' | 'ssl'>;

/** Sessions per database. */
const MAX_SESSIONS = 20;

/** A database is free to be copied or dropped this long after its last request, in ms. */
const IDLE_MS = 2000;

/** Sessions to the databases of one server. */
export interface Sessions {
  /**
   * Carry a request out on a session of its own.
   *
   * @returns the body of the answer
   * @throws {pg.DatabaseError} when Postgres refuses a statement; a batch is then rolled back whole
   */
  run(request: NeonRequest): Promise<unknown>;
  /** Wait for the statements under way and end all sessions. */
  close(): Promise<void>;
}

/** Open sessions to a server as they are needed: a pool per database, forgotten when it is idle. */
export function openSessions(server: Server): Sessions {
  const pools = new Map<string, pg.Pool>();
  const poolOf = (database: string): pg.Pool => {
    const known = pools.get(database);
    if (known !== undefined) return known;
    const pool = new pg.Pool({
      ...server,
      database,
      max: MAX_SESSIONS,
      idleTimeoutMillis: IDLE_MS,
      allowExitOnIdle: true,
      // Neon's own; a server's default would show in what dates mean.
      options: '-c TimeZone=UTC',
    });
    // A session that dies, idle or in use, is replaced on the next request; unheard, the event ends the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    pool.on('remove', () => {
      if (pool.totalCount === 0 && pool.waitingCount === 0) pools.delete(database);
    });
    pools.set(database, pool);
    return pool;
  };
  return {
    async run(request) {
      const client = await poolOf(request.database).connect();
      try {
        return await carryOut(client, request);
      } finally {
        void clean(client);
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.end()));
      pools.clear();
    },
  };
}

/** Over HTTP nothing of a session outlives a request: no setting, temporary table, lock, or open transaction. */
async function clean(client: pg.PoolClient): Promise<void> {
  try {
    await client.query('discard all');
    client.release();
  } catch {
    client.release(true);
  }
}

async function carryOut(client: pg.PoolClient, request: NeonRequest): Promise<unknown> {
  const { queries, begin, arrayMode } = request;
  const results: Record<string, unknown>[] = [];
  if (begin !== null) await client.query(begin);
  try {
    for (const query of queries) {
      results.push(resultBody(await send(client, query), arrayMode));
    }
    if (begin !== null) await client.query('commit');
  } catch (error) {
    if (begin !== null) await client.query('rollback').catch(() => undefined);
    throw error;
  }
  return begin === null ? results[0] : { results };
}

const asText: pg.CustomTypesConfig = { getTypeParser: () => (value: unknown) => value };

/** The driver's own type leaves out this member, which it documents. */
interface ExtendedQuery extends pg.QueryArrayConfig {
  readonly queryMode: 'extended';
}

function send(
  client: pg.PoolClient,
  { text, params }: RawQuery,
): Promise<pg.QueryArrayResult<(string | null)[]>> {
  const query: ExtendedQuery = {
    text,
    values: [...params],
    rowMode: 'array',
    types: asText,
    // One statement per query, with and without parameters: the simple protocol would take several.
    queryMode: 'extended',
  };
  return client.query<(string | null)[]>(query);
}
