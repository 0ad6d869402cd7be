import { expect, it } from 'vitest';
import { PlatformRef } from '../../lib/domain/component.js';
import { groundOf } from '../../lib/domain/ground.js';
import { storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

const REFS: readonly [PlatformRef, string | null][] = [
  [PlatformRef.parse({ type: 'none' }), null],
  [PlatformRef.parse({ type: 'agent' }), null],
  [PlatformRef.parse({ type: 'webhook', target: 'shop', actions: ['restart'] }), null],
  [PlatformRef.parse({ type: 'github', repository: 'a/b', rollback: { by: 'deployment' } }), null],
  [PlatformRef.parse({ type: 'render', service_id: 'srv-1' }), 'render'],
  [PlatformRef.parse({ type: 'render_postgres', postgres_id: 'dpg-1' }), 'render'],
  [PlatformRef.parse({ type: 'fly', app: 'shop' }), 'fly'],
  [PlatformRef.parse({ type: 'kubernetes', deployment: 'shop' }), 'kubernetes'],
  [
    PlatformRef.parse({ type: 'kubernetes', cluster: 'prod', deployment: 'shop' }),
    'kubernetes prod',
  ],
];

it.each(REFS)('takes %j to stand on %s, in the database as beside it', async (platform, ground) => {
  expect(groundOf(platform)).toBe(ground);
  const [row] = await sql`select ground_of(${JSON.stringify(platform)}::jsonb) as ground`;
  expect(row).toEqual({ ground });
});
