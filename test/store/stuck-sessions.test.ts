import { neonConfig } from '@neondatabase/serverless';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SessionLimits, sessionLimits } from '../../lib/domain/sessions.js';
import { DEFAULT_SETTINGS } from '../../lib/domain/settings.js';
import type { NeonHttp } from '../../lib/local/neon-http.js';
import { countSessions, type SessionSweep, sweepSessions } from '../../lib/store/stuck-sessions.js';
import { teamDatabase } from '../../lib/store/team-database.js';
import { emptyDatabase } from '../support/database.js';
import {
  asSuperuser,
  connectAs,
  makeRole,
  openSession,
  type TestRole,
  type TestSession,
} from '../support/sessions.js';
import { until } from '../support/stack.js';

const database = await emptyDatabase();
const other = await emptyDatabase();
const team = teamDatabase(database.url, 'SHOP_DATABASE_URL');
const NONE = { in_transaction: 0, lock_wait: 0, active: 0, idle: 0 };

let role: TestRole;
let http: NeonHttp;

beforeAll(async () => {
  role = await makeRole(database);
  const admin = await asSuperuser(
    database,
    'create table stock (id int primary key, left_over int)',
  );
  await admin.query('insert into stock values (1, 10)');
  await admin.query(`grant all on stock to ${role.user}`);
  await admin.end();
  http = await connectAs(database, role);
});

afterAll(async () => {
  await http.close();
});

/** Limits under which nothing is stuck but what a test asks for. */
const CALM: SessionLimits = {
  inTransactionS: 3600,
  lockWaitS: 3600,
  activeS: 0,
  idleS: 3600,
  crowdedShare: 1,
};

const sweep = (limits: Partial<SessionLimits>, given: Partial<SessionSweep> = {}) =>
  sweepSessions(team, {
    database: null,
    role: null,
    end: true,
    limits: { ...CALM, ...limits },
    ...given,
  });

const open = (as: TestRole = role) => openSession(database, as);

async function inTransaction(as: TestRole = role): Promise<TestSession> {
  const session = await open(as);
  await session.client.query('begin');
  return session;
}

/** Whether a session waits for a lock, as the server sees it. */
async function waiting(pid: number): Promise<void> {
  const admin = await asSuperuser(database, 'select 1');
  await until(
    'the wait',
    async () =>
      (await admin.query('select from pg_locks where not granted and pid = $1', [pid])).rowCount,
    (count) => count === 1,
  );
  await admin.end();
}

/** Hold the row, and let another wait for it; answers both. */
async function blocked() {
  const holder = await inTransaction();
  await holder.client.query('update stock set left_over = left_over - 1 where id = 1');
  const waiter = await open();
  const done = waiter.client.query('update stock set left_over = 0 where id = 1').then(
    () => 'got it',
    () => 'ended',
  );
  await waiting(waiter.pid);
  return { holder, waiter, done };
}

describe('sweepSessions', () => {
  it('ends what is idle in a transaction for too long, aborted or not, and gives its locks back', async () => {
    const leaked = await inTransaction();
    await leaked.client.query('update stock set left_over = 5 where id = 1');
    const aborted = await inTransaction();
    await aborted.client.query('select 1 / 0').catch(() => undefined);
    const calm = await open();
    const found = await sweep({ inTransactionS: 0 });
    expect(found).toMatchObject({ stuck: { ...NONE, in_transaction: 2 }, not_permitted: 0 });
    expect(found.ended).toHaveLength(2);
    await until(
      'their end',
      () => countSessions(team, found.ended),
      (left) => left === 0,
    );
    expect(await Promise.all([leaked, aborted, calm].map((one) => one.isAlive()))).toEqual([
      false,
      false,
      true,
    ]);
    const { rows } = await calm.client.query('update stock set left_over = 9 returning left_over');
    expect(rows).toEqual([{ left_over: 9 }]);
  });

  it('leaves alone what has not waited long enough, by the limits of a new installation', async () => {
    const session = await inTransaction();
    const limits = sessionLimits(DEFAULT_SETTINGS);
    expect(limits).toEqual({
      inTransactionS: 60,
      lockWaitS: 600,
      activeS: 0,
      idleS: 600,
      crowdedShare: 0.8,
    });
    expect(await sweep(limits)).toMatchObject({ stuck: NONE, ended: [] });
    expect(await session.isAlive()).toBe(true);
  });

  it('ends nothing when it only looks, and tells the same', async () => {
    const session = await inTransaction();
    const found = await sweep({ inTransactionS: 0 }, { end: false });
    expect(found).toMatchObject({ stuck: { ...NONE, in_transaction: 1 }, ended: [] });
    expect(found.connections).toBeGreaterThan(1);
    expect(found.max_connections).toBeGreaterThan(found.connections);
    expect(await session.isAlive()).toBe(true);
  });

  it('does no harm when it is done again, and by two at once', async () => {
    const session = await inTransaction();
    const calm = await open();
    const found = await Promise.all([sweep({ inTransactionS: 0 }), sweep({ inTransactionS: 0 })]);
    expect(found.flatMap(({ ended }) => ended).length).toBeGreaterThan(0);
    expect(await session.isAlive()).toBe(false);
    expect(await sweep({ inTransactionS: 0 })).toMatchObject({ stuck: NONE, ended: [] });
    expect(await calm.isAlive()).toBe(true);
  });

  it('spares superusers, its own session, and other databases', async () => {
    const superuser = await openSession(database);
    await superuser.client.query('begin');
    const elsewhere = await openSession(other, role);
    await elsewhere.client.query('begin');
    expect(await sweep({ inTransactionS: 0, activeS: 0.000_001 })).toMatchObject({
      stuck: NONE,
      not_permitted: 0,
    });
    // By a connection that could end them.
    neonConfig.fetchEndpoint = database.fetchEndpoint;
    expect(await sweep({ inTransactionS: 0, activeS: 0.000_001 })).toMatchObject({ stuck: NONE });
    neonConfig.fetchEndpoint = http.fetchEndpoint;
    expect(await superuser.isAlive()).toBe(true);
    expect(await elsewhere.isAlive()).toBe(true);
    const named = await sweep({ inTransactionS: 0 }, { database: other.pg.database });
    expect(named.ended).toHaveLength(1);
    expect(await elsewhere.isAlive()).toBe(false);
  });

  it('spares replication', async () => {
    const { user, password } = await makeRole(database, 'replication');
    const admin = await asSuperuser(database, `grant ${user} to ${role.user}`);
    await admin.end();
    const standby = await openSession(database, { user, password, replication: 'database' });
    const client = await openSession(database, { user, password });
    const found = await sweep({ idleS: 0, crowdedShare: 0 }, { role: user });
    expect(found.ended).toHaveLength(1);
    expect(await client.isAlive()).toBe(false);
    expect(standby.wasEnded()).toBe(false);
  });

  it('cannot end other roles’ sessions, nor see them stuck, unless it was granted to', async () => {
    const stranger = await makeRole(database);
    const session = await inTransaction(stranger);
    expect(await sweep({ inTransactionS: 0 })).toMatchObject({ stuck: NONE, not_permitted: 0 });
    const admin = await asSuperuser(database, `grant pg_read_all_stats to ${role.user}`);
    expect(await sweep({ inTransactionS: 0 })).toMatchObject({
      stuck: NONE,
      not_permitted: 1,
      ended: [],
    });
    expect(await session.isAlive()).toBe(true);
    await admin.query(`grant pg_signal_backend to ${role.user}`);
    const own = await inTransaction();
    const found = await sweep({ inTransactionS: 0 }, { role: stranger.user });
    expect(found.ended).toHaveLength(1);
    expect(await session.isAlive()).toBe(false);
    expect(await own.isAlive()).toBe(true);
    await admin.query(`revoke pg_signal_backend, pg_read_all_stats from ${role.user}`);
    await admin.end();
  });

  it('frees who waits by ending who holds, and ends who waits only where nobody is idle with it', async () => {
    const { holder, done } = await blocked();
    expect(await sweep({ inTransactionS: 0, lockWaitS: 0 })).toMatchObject({
      stuck: { ...NONE, in_transaction: 1 },
    });
    expect(await done).toBe('got it');
    expect(await holder.isAlive()).toBe(false);
    const again = await blocked();
    expect(await sweep({ lockWaitS: 0 })).toMatchObject({ stuck: { ...NONE, lock_wait: 1 } });
    expect(await again.done).toBe('ended');
    expect(await again.holder.isAlive()).toBe(true);
  });

  it('lets waits for advisory locks be as long as they are', async () => {
    const leader = await open();
    await leader.client.query('select pg_advisory_lock(7)');
    const follower = await open();
    const led = follower.client.query('select pg_advisory_lock(7)').then(() => 'leads');
    await waiting(follower.pid);
    expect(await sweep({ lockWaitS: 0 })).toMatchObject({ stuck: NONE });
    await leader.client.query('select pg_advisory_unlock(7)');
    expect(await led).toBe('leads');
  });

  it('ends a statement that runs too long only where that is asked for', async () => {
    const busy = await open();
    const slept = busy.client.query('select pg_sleep(60)').then(
      () => 'slept',
      () => 'ended',
    );
    await new Promise((later) => setTimeout(later, 150));
    expect(await sweep({ activeS: 0 })).toMatchObject({ stuck: NONE });
    expect(await sweep({ activeS: 0.05 })).toMatchObject({ stuck: { ...NONE, active: 1 } });
    expect(await slept).toBe('ended');
  });

  it('ends idle sessions only while the server is crowded', async () => {
    const idle = await open();
    expect(await sweep({ idleS: 0 })).toMatchObject({ stuck: NONE });
    expect(await idle.isAlive()).toBe(true);
    const found = await sweep({ idleS: 0, crowdedShare: 0 });
    expect(found.stuck.idle).toBeGreaterThan(0);
    expect(await idle.isAlive()).toBe(false);
  });
});

describe('a team’s database', () => {
  it('that cannot be reached is worth a second try, and is named by its variable alone', async () => {
    const there = neonConfig.fetchEndpoint;
    neonConfig.fetchEndpoint = 'http://127.0.0.1:9/sql';
    const error = await sweep({}).catch((one: unknown) => one);
    neonConfig.fetchEndpoint = there;
    expect(error).toMatchObject({
      code: 'upstream_unavailable',
      message: 'the database in SHOP_DATABASE_URL cannot be reached',
    });
    expect(Object(error).cause).toBeUndefined();
  });

  it('that refuses the login is not asked again', async () => {
    const wrong = await connectAs(database, { ...role, password: 'wrong' });
    const error = await sweep({}).catch((one: unknown) => one);
    await wrong.close();
    neonConfig.fetchEndpoint = http.fetchEndpoint;
    expect(error).toMatchObject({
      code: 'upstream_refused',
      message: 'the database in SHOP_DATABASE_URL refused the login',
    });
    expect(Object(error).cause).toBeUndefined();
  });
});
