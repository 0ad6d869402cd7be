import { describe, expect, it } from 'vitest';
import type { SessionsFound } from '../../lib/domain/sessions.js';
import { asking, CONNECTION, NeonRig, TARGET } from '../support/neon/rig.js';
import { neonStatuses } from '../support/neon-server.js';
import { outcome, TOKEN } from '../support/vendor/outcome.js';
import { SINCE } from '../support/vendor/rig.js';

const rig = new NeonRig();
const NO_SESSIONS: SessionsFound = {
  connections: 1,
  max_connections: 100,
  stuck: { in_transaction: 0, lock_wait: 0, active: 0, idle: 0 },
  not_permitted: 0,
  ended: [],
};
const RESTART = { name: 'restart' } as const;
const RESET = { name: 'reset_database' } as const;
const API = 'https://console.neon.tech/api/v2';
const LATER = { code: 'upstream_unavailable' };
const REFUSED = { code: 'upstream_refused' };

describe('neonPlatform', () => {
  it('tells the calls, and makes none', () => {
    const api = rig.platform({ baseUrl: API });
    const narrow = { ...TARGET, database: 'orders', role: 'app' };
    expect([
      ...api.describe(asking(RESTART)),
      ...api.describe(asking(RESET)),
      ...api.describe(asking(RESET, { target: narrow })),
    ]).toEqual([
      `POST ${API}/projects/shop-project-1/endpoints/ep-shop-1/restart`,
      'SQL pg_terminate_backend, by SHOP_DATABASE_URL, of each session that is stuck',
      'SQL pg_terminate_backend, by SHOP_DATABASE_URL, of each session that is stuck in orders of role app',
    ]);
    expect(api).toMatchObject({ name: 'neon', actions: ['restart', 'reset_database'] });
    expect(rig.server.calls).toEqual([]);
  });

  it.each([
    ['an action that it has not', asking({ name: 'clean_memory' }), 'cannot clean_memory'],
    ['another platform', asking(RESTART, { target: { type: 'agent' } }), 'is not at Neon'],
  ])('refuses %s', async (_, request, why) => {
    expect(await outcome(rig.platform().prepare(request))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining(why),
    });
  });

  it.each([
    { compute: 'suspended', state: 'idle', token: TOKEN, looks: 0 },
    { compute: 'active', state: 'active', token: TOKEN, looks: 1 },
    { compute: 'of which no key tells', state: 'idle', token: undefined, looks: 1 },
  ] as const)(
    'looks at the sessions of a compute that is $compute $looks times, hourly',
    async (one) => {
      await rig.restartWith({ endpoint: { current_state: one.state } });
      let looks = 0;
      const platform = rig.withSessions(one.token, async () => {
        looks += 1;
        return NO_SESSIONS;
      });
      await platform.prepare(asking(RESET, { onlyLook: true }));
      expect(looks).toBe(one.looks);
    },
  );

  it('names the variable whose key Neon refuses', async () => {
    const wrong = rig.platform({ credential: () => 'wrong' });
    expect(await outcome(wrong.prepare(asking(RESTART)))).toMatchObject({
      code: 'upstream_refused',
      message:
        'Neon: GET /projects/shop-project-1/endpoints/ep-shop-1 answered 401: the credential in NEON_API_KEY was refused',
    });
  });

  it.each([['not json'], [{ endpoint: { id: 'ep-shop-1' } }], [{ endpoints: [] }]])(
    'prepares nothing on the endpoint %j',
    async (body) => {
      rig.server.answerNext('getProjectEndpoint', { body });
      expect(await outcome(rig.platform().prepare(asking(RESTART)))).toMatchObject({
        code: 'upstream_refused',
        message: expect.stringContaining('answered in an unknown shape'),
      });
    },
  );

  it('looks at a connection when it is registered, and tells nothing of it', async () => {
    const check = (connection: string | undefined) =>
      outcome(rig.connectedBy(connection).check?.(TARGET, 'shop') ?? Promise.reject());
    const pooled = CONNECTION.replace('ep-shop-1.', 'ep-shop-1-pooler.');
    for (const fits of [CONNECTION, pooled, 'postgresql://a:b@localhost/shop']) {
      expect(await check(fits)).toBeUndefined();
    }
    expect(await check(undefined)).toMatchObject({
      code: 'invalid',
      message: 'SHOP_DATABASE_URL is not set: the sessions of ep-shop-1 are unknown',
    });
    for (const id of ['ep-shop-2', 'ep-shop-1-pooler-2', 'ep-shop-1x']) {
      expect(await check(CONNECTION.replace('ep-shop-1', id))).toMatchObject({
        code: 'invalid',
        message: 'SHOP_DATABASE_URL leads to another compute endpoint than ep-shop-1',
      });
    }
    const platform = rig.platform();
    expect(await platform.check?.({ ...TARGET, connection: null }, 'shop')).toBeUndefined();
  });

  it('ends no session over a connection that leads elsewhere, or is none', async () => {
    for (const connection of [undefined, CONNECTION.replace('ep-shop-1', 'ep-shop-2')]) {
      const api = rig.connectedBy(connection);
      const none = { before: {}, after: null, inverse: null };
      for (const step of [api.prepare(asking(RESET)), api.act(asking(RESET), none)]) {
        expect(await outcome(step)).toMatchObject({ code: 'refused' });
      }
    }
    const target = { ...TARGET, connection: null };
    expect(await outcome(rig.platform().prepare(asking(RESET, { target })))).toMatchObject({
      code: 'refused',
      message: 'ep-shop-1: no connection is named by which its sessions are ended',
    });
  });
});

describe('neonPlatform, by every documented failure of every operation', () => {
  const STATUSES = [
    [400, {}, REFUSED],
    [401, {}, REFUSED],
    [403, {}, REFUSED],
    [404, {}, { code: 'refused' }],
    [423, {}, LATER],
    [429, { 'retry-after': '4' }, { ...LATER, retryAfterS: 4 }],
    [500, {}, LATER],
    [503, { 'retry-after': '9' }, { ...LATER, retryAfterS: 9 }],
  ] as const;
  const rows = (operations: readonly string[]) =>
    operations.flatMap((operation) =>
      STATUSES.map(([status, headers, meant]) => ({ operation, status, headers, meant })),
    );

  it('knows all of them', () => {
    expect([...neonStatuses.keys()].toSorted()).toEqual([
      'getProjectEndpoint',
      'getProjectOperation',
      'listProjectOperations',
      'restartProjectEndpoint',
    ]);
    for (const statuses of neonStatuses.values()) {
      expect(statuses.toSorted()).toEqual([200, ...STATUSES.map(([status]) => status)]);
    }
  });

  it.each(rows(['getProjectEndpoint', 'listProjectOperations']))(
    'prepares nothing when $operation answers $status',
    async ({ operation, status, headers, meant }) => {
      rig.server.answerNext(operation, { status, headers });
      expect(await outcome(rig.platform().prepare(asking(RESTART)))).toMatchObject(meant);
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(rows(['restartProjectEndpoint']))(
    'does nothing when $operation answers $status, and sees that it did not',
    async ({ operation, status, headers, meant }) => {
      const prepared = await rig.prepare(RESTART);
      rig.server.answerNext(operation, { status, headers });
      const { act, look } = rig.platform();
      expect(await outcome(act(asking(RESTART), prepared))).toMatchObject(meant);
      rig.now = new Date(SINCE.getTime() + 10_000);
      expect(await look(asking(RESTART), prepared, SINCE)).toEqual({ kind: 'not_done' });
      expect(rig.server.effects).toEqual([]);
    },
  );

  it.each(rows(['getProjectOperation', 'listProjectOperations']))(
    'cannot report while $operation answers $status',
    async ({ operation, status, headers, meant }) => {
      const prepared = await rig.prepare(RESTART);
      const { act, report } = rig.platform();
      const acted = await act(asking(RESTART), prepared);
      const known = operation === 'getProjectOperation' ? acted : null;
      for (let i = 0; i < 2; i += 1) rig.server.answerNext(operation, { status, headers });
      expect(await outcome(report(asking(RESTART), prepared, SINCE, known))).toMatchObject(meant);
    },
  );
});
