import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionLimits } from '../../../lib/domain/sessions.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import type { NeonHttp } from '../../../lib/local/neon-http.js';
import type { SessionBox } from '../../../lib/platforms/neon/session-box.js';
import { neonPlatform } from '../../../lib/platforms/neon.js';
import { countSessions, sweepSessions } from '../../../lib/store/stuck-sessions.js';
import { teamDatabase } from '../../../lib/store/team-database.js';
import { emptyDatabase } from '../../support/database.js';
import { asking } from '../../support/neon/rig.js';
import {
  asSuperuser,
  connectAs,
  makeRole,
  openSession,
  type TestRole,
} from '../../support/sessions.js';
import { until } from '../../support/stack.js';
import { outcome } from '../../support/vendor/outcome.js';
import { SINCE } from '../../support/vendor/rig.js';

const database = await emptyDatabase();
const RESET = asking({ name: 'reset_database' });
const limits = { ...sessionLimits(DEFAULT_SETTINGS), inTransactionS: 0 };

let role: TestRole;
let http: NeonHttp;

beforeAll(async () => {
  role = await makeRole(database);
  http = await connectAs(database, role);
});

afterAll(async () => {
  await http.close();
});

/** The way to real sessions of the test's own database. */
function openBox(url: string, variable: string): SessionBox {
  const team = teamDatabase(url, variable);
  return {
    look: (scope) => sweepSessions(team, { ...scope, limits, end: false }),
    end: (scope) => sweepSessions(team, { ...scope, limits, end: true }),
    left: (sessions) => countSessions(team, sessions),
  };
}

const platform = neonPlatform({
  baseUrl: 'http://127.0.0.1:9',
  credential: () => undefined,
  fetch,
  now: () => SINCE,
  connection: (name) => (name === 'SHOP_DATABASE_URL' ? database.url : undefined),
  open: openBox,
});

async function leaked(as: TestRole = role) {
  const session = await openSession(database, as);
  await session.client.query('begin');
  return session;
}

describe('endSessions', () => {
  it('counts before, ends what is stuck, and is over once it is gone', async () => {
    const sessions = [await leaked(), await leaked()];
    const prepared = await platform.prepare(RESET);
    expect(prepared).toEqual({
      before: {
        connections: expect.any(Number),
        max_connections: expect.any(Number),
        stuck: { in_transaction: 2, lock_wait: 0, active: 0, idle: 0 },
        not_permitted: 0,
      },
      after: null,
      inverse: null,
    });
    expect(await sessions[0]?.isAlive()).toBe(true);
    const acted = await platform.act(RESET, prepared);
    expect(acted).toMatchObject({
      success: true,
      attempts: 1,
      message: 'ended 2 sessions: 2 idle in a transaction',
      service_id: 'ep-shop-1',
      component: 'shop',
      sessions_ended: 2,
      stuck: { in_transaction: 2 },
    });
    await until(
      'their end',
      () => platform.report(RESET, prepared, SINCE, acted),
      ({ kind }) => kind === 'done',
    );
    expect(await Promise.all(sessions.map((one) => one.isAlive()))).toEqual([false, false]);
  });

  it('is not over while a session is still there', async () => {
    const session = await leaked();
    const { rows } = await session.client.query(
      `select pid || '@' || extract(epoch from backend_start) as name
       from pg_stat_activity where pid = pg_backend_pid()`,
    );
    const acted = { success: true, sessions: [rows[0].name] };
    const prepared = await platform.prepare(RESET);
    expect(await platform.report(RESET, prepared, SINCE, acted)).toEqual({ kind: 'pending' });
    await session.client.end();
    expect(await platform.report(RESET, prepared, SINCE, acted)).toMatchObject({ kind: 'done' });
  });

  it('is simply done again after a lost answer, and ends only what is stuck by then', async () => {
    await leaked();
    const calm = await openSession(database, role);
    const prepared = await platform.prepare(RESET);
    await platform.act(RESET, prepared);
    expect(await platform.look(RESET, prepared, SINCE)).toEqual({ kind: 'not_done' });
    const acted = await platform.act(RESET, prepared);
    expect(acted).toMatchObject({
      success: true,
      message: 'connected; no session is stuck',
      sessions_ended: 0,
    });
    expect(await platform.report(RESET, prepared, SINCE, acted)).toMatchObject({ kind: 'done' });
    expect(await calm.isAlive()).toBe(true);
  });

  it('refuses where it may end none of what is stuck, and says what is missing', async () => {
    const stranger = await leaked(await makeRole(database));
    const admin = await asSuperuser(database, `grant pg_read_all_stats to ${role.user}`);
    const prepared = await platform.prepare(RESET);
    expect(prepared.before).toMatchObject({ not_permitted: 1 });
    expect(await outcome(platform.act(RESET, prepared))).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/1 stuck sessions .* SHOP_DATABASE_URL .*pg_signal_backend/),
    });
    expect(await stranger.isAlive()).toBe(true);
    await admin.query(`revoke pg_read_all_stats from ${role.user}`);
    await admin.end();
  });
});
