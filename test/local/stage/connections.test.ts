import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Connections, openConnections } from '../../../lib/local/stage/connections.js';
import { emptyDatabase } from '../../support/database.js';

const database = await emptyDatabase();
const opened: Connections[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((connections) => connections.reset()));
});

const { host, port, user, password, database: name } = database.pg;
const URL_OF_IT = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${name}`;

function open(session: string): Connections {
  const connections = openConnections(URL_OF_IT, session);
  opened.push(connections);
  return connections;
}

async function sessions(session: string): Promise<number> {
  const rows = await database.sql`
    select count(*)::int as count
    from pg_stat_activity
    where application_name = ${session}::text`;
  return Number(rows[0]?.['count']);
}

describe('openConnections', () => {
  it('lends real connections, and tells how many are lent', async () => {
    const connections = open('lends');
    const lent = await Promise.all([connections.lend(), connections.lend()]);
    expect(connections.usage()).toBe(4);
    await expect(lent[0].query('select 1')).resolves.toMatchObject({ rowCount: 1 });
    for (const one of lent) one.giveBack();
    lent[0].giveBack();
    expect(connections.usage()).toBe(0);
    expect(await sessions('lends')).toBe(2);
  });

  it('has none left when all are kept, and begins anew after a reset', async () => {
    const connections = open('kept');
    const kept = await Promise.all(Array.from({ length: 50 }, () => connections.lend()));
    expect(connections.usage()).toBe(100);
    await expect(connections.lend()).rejects.toThrow('timeout');
    await connections.reset();
    await connections.check();
    const fresh = await connections.lend();
    await expect(fresh.query('select 1')).resolves.toMatchObject({ rowCount: 1 });
    fresh.giveBack();
    await vi.waitFor(() => expect(connections.usage()).toBe(0), { timeout: 30_000 });
    await vi.waitFor(async () => expect(await sessions('kept')).toBeLessThan(5), {
      timeout: 30_000,
    });
    expect(kept).toHaveLength(50);
  });

  it('lets a request that holds a connection finish during a reset', async () => {
    const connections = open('honest');
    const lent = await connections.lend();
    const answer = lent.query('select pg_sleep(0.2)');
    await connections.reset();
    await expect(answer).resolves.toMatchObject({ rowCount: 1 });
    lent.giveBack();
    expect(connections.usage()).toBe(0);
  });
});
