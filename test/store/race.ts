import pg from 'pg';
import { vi } from 'vitest';
import type { TestDatabase } from '../support/database.js';

/** Sessions that wait for a lock in this database, seen anew each time within one transaction. */
const WAITING = `
  select count(*)::int as waiting
  from (select pg_stat_clear_snapshot()) as anew, pg_stat_activity
  where datname = current_database()
  and wait_event_type = 'Lock'`;

/**
 * Let calls race each other for certain: a lock is held until each of them waits in a session of its own,
 * then all are let go at once.
 *
 * @param hold - a statement that takes the lock, e.g. `select 1 from control where id = 1 for update`
 * @param calls - at most 20: the sessions that the local endpoint keeps for one database
 */
export async function race<T>(
  database: TestDatabase,
  hold: string,
  calls: readonly (() => PromiseLike<T>)[],
): Promise<T[]> {
  const holder = new pg.Client(database.pg);
  await holder.connect();
  try {
    await holder.query('begin');
    await holder.query(hold);
    const racing = Promise.all(calls.map((call) => call()));
    // One that fails early must fail the test, not wait for the rest.
    await Promise.race([allWait(holder, calls.length), racing]);
    await holder.query('commit');
    return await racing;
  } finally {
    await holder.end();
  }
}

async function allWait(holder: pg.Client, wanted: number): Promise<void> {
  await vi.waitFor(
    async () => {
      const { rows } = await holder.query(WAITING);
      if (rows[0]?.waiting < wanted) throw new Error(`${rows[0]?.waiting} of ${wanted} wait`);
    },
    { timeout: 50_000, interval: 10 },
  );
}

/** As many of the same call. */
export function times<T>(count: number, call: (index: number) => T): (() => T)[] {
  return Array.from({ length: count }, (_, index) => () => call(index));
}
