import { describe, expect, it } from 'vitest';
import type { Schema } from '../../../lib/domain/decide/schema-changes.js';
import { neonPlatform } from '../../../lib/platforms/neon.js';
import type { MayWake } from '../../../lib/platforms/platform.js';
import { CONNECTION, NeonRig, TARGET } from '../../support/neon/rig.js';
import { TOKEN } from '../../support/vendor/outcome.js';

const rig = new NeonRig();

const SCHEMA: Schema = [
  { table: 'public.orders', column: 'id', type: 'integer', notNull: true, hasDefault: true },
];

/** Look at the schema by way of Neon's adapter, which has a key or none; null where nobody connects. */
async function look(wake: MayWake, given: { token?: string | undefined; target?: object } = {}) {
  const asked: unknown[] = [];
  const platform = neonPlatform({
    baseUrl: rig.server.url,
    credential: () => ('token' in given ? given.token : TOKEN),
    fetch,
    now: () => rig.now,
    connection: () => CONNECTION,
    open: () => {
      throw new Error('no session is to be looked at here');
    },
    readSchema: async (...args) => {
      asked.push(args);
      return SCHEMA;
    },
  });
  const target = { ...TARGET, ...given.target };
  const schema = await platform.schema?.({ component: 'shop', target }, wake);
  expect(schema === null).toBe(asked.length === 0);
  return asked[0] ?? null;
}

const ASKED = [CONNECTION, 'SHOP_DATABASE_URL', null];

describe('neonPlatform, looking at a schema', () => {
  it.each<[MayWake, 'active' | 'idle', unknown]>([
    ['never', 'active', ASKED],
    ['unknown', 'active', ASKED],
    ['always', 'active', ASKED],
    ['never', 'idle', null],
    ['unknown', 'idle', null],
    ['always', 'idle', ASKED],
  ])('that may %s wake it, where it is %s', async (wake, current_state, asked) => {
    Object.assign(rig.server.endpoint, { current_state });
    expect(await look(wake)).toEqual(asked);
  });

  it.each<[MayWake, unknown]>([
    ['never', null],
    ['unknown', ASKED],
    ['always', ASKED],
  ])('that may %s wake it, where nobody tells whether it sleeps', async (wake, asked) => {
    expect(await look(wake, { token: undefined })).toEqual(asked);
  });

  it('of the database that the component names', async () => {
    expect(await look('never', { target: { database: 'shop' } })).toEqual([
      ...ASKED.slice(0, 2),
      'shop',
    ]);
  });

  it('connects nowhere, and calls nobody, where no connection is named', async () => {
    expect(await look('always', { target: { connection: null } })).toBeNull();
    expect(rig.server.calls).toEqual([]);
  });
});
