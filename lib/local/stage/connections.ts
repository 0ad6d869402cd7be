import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** One connection, lent to one request. */
export interface Lent {
  query(text: string): Promise<unknown>;
  giveBack(): void;
}

/** The service's database connections. */
export interface Connections {
  /** @throws {Error} when none becomes free in time */
  lend(): Promise<Lent>;
  /** Begin anew with a fresh pool; ends once what the old one had lent is closed, a little later. */
  reset(): Promise<void>;
  check(): Promise<unknown>;
  /** Open a few, so that the first requests after a start need not wait for them. */
  warmUp(): Promise<void>;
  /** Connections that are lent, in percent of the pool. */
  usage(): number;
}

/** Connections of one pool. */
const MOST = 50;
/** Connections that are there from the start. */
const READY = 8;
/** How long a request waits for one. */
const WAIT_MS = 4000;
/** After a reset: no honest request of the demo needs its connection for longer. */
const LAST_USE_MS = 1000;

function openPool(databaseUrl: string, name: string, most: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: name,
    max: most,
    connectionTimeoutMillis: WAIT_MS,
    idleTimeoutMillis: 0,
  });
  // Without a listener, an idle connection that breaks would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/**
 * A real pool of real connections, which keeps account of what it has lent.
 *
 * @param most - connections of the pool, at least 8
 */
export function openConnections(databaseUrl: string, name: string, most = MOST): Connections {
  let pool = openPool(databaseUrl, name, most);
  const lent = new Set<pg.PoolClient>();
  function giveBack(client: pg.PoolClient, close: boolean): void {
    if (lent.delete(client)) client.release(close);
  }
  return {
    async lend() {
      const client = await pool.connect();
      lent.add(client);
      return { query: (text) => client.query(text), giveBack: () => giveBack(client, false) };
    },
    async reset() {
      const [old, stale] = [pool, [...lent]];
      pool = openPool(databaseUrl, name, most);
      // Ends once everything it has lent is back.
      void old.end();
      await pause(LAST_USE_MS, undefined, { ref: false });
      for (const client of stale) giveBack(client, true);
    },
    check: () => pool.query('select 1'),
    async warmUp() {
      const first = await Promise.all(Array.from({ length: READY }, () => pool.connect()));
      for (const client of first) client.release();
    },
    usage: () => (100 * lent.size) / most,
  };
}
