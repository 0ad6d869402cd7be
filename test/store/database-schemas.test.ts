import { describe, expect, it } from 'vitest';
import { forgetSchemas, keepSchema, readSchemas } from '../../lib/store/database-schemas.js';
import { addComponent, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const PLACE = 'neon shop';

const SECONDS = Date.parse('2026-03-01T00:00:00Z');
const at = (seconds: number) => new Date(SECONDS + 1000 * seconds);

async function component(): Promise<number> {
  return (await addComponent(sql)).id;
}

const keep = (componentId: number, seconds: number, fingerprint: string, place = PLACE) => {
  const sealed = `${fingerprint}, sealed`;
  return keepSchema(sql, { componentId, place, fingerprint, sealed, seenAt: at(seconds) });
};

const seen = async (componentId: number) =>
  (await readSchemas(sql, componentId, PLACE)).map(({ firstSeen, lastSeen, sealed }) => ({
    from: firstSeen,
    until: lastSeen,
    sealed,
  }));

describe('keepSchema', () => {
  it('keeps each shape once for as long as it stands, the newest first', async () => {
    const id = await component();
    await keep(id, 0, 'a');
    await keep(id, 10, 'a');
    await keep(id, 20, 'a and b');
    await keep(id, 30, 'a');
    expect(await seen(id)).toEqual([
      { from: at(30), until: at(30), sealed: 'a, sealed' },
      { from: at(20), until: at(20), sealed: 'a and b, sealed' },
      { from: at(0), until: at(10), sealed: 'a, sealed' },
    ]);
  });

  it('is changed by no look that began before what is known', async () => {
    const id = await component();
    await keep(id, 20, 'a and b');
    await keep(id, 10, 'a');
    await keep(id, 15, 'a and b');
    expect(await seen(id)).toEqual([{ from: at(20), until: at(20), sealed: 'a and b, sealed' }]);
  });

  it('makes one row of ten looks at once', async () => {
    const id = await component();
    await race(
      database,
      'lock table database_schemas in share row exclusive mode',
      times(10, () => keep(id, 10, 'a')),
    );
    expect(await seen(id)).toHaveLength(1);
  });

  it('knows nothing of another database, or another component', async () => {
    const [id, other] = [await component(), await component()];
    await keep(id, 0, 'a');
    await keep(id, 5, 'b', 'neon other');
    await keep(other, 5, 'c');
    expect(await seen(id)).toEqual([{ from: at(0), until: at(0), sealed: 'a, sealed' }]);
  });
});

describe('forgetSchemas', () => {
  it('leaves the newest twenty, and none of what was removed', async () => {
    const [id, gone] = [await component(), await component()];
    for (let i = 0; i < 25; i += 1) await keep(id, i, `c${i}`);
    await keep(gone, 0, 'a');
    await sql`update components set removed_at = now() where id = ${gone}::int`;
    await forgetSchemas(sql);
    const left = await sql`
      select count(*)::int as count, min(first_seen) as first
      from database_schemas where component_id = ${id}::int`;
    expect(left).toEqual([{ count: 20, first: at(5) }]);
    expect(await readSchemas(sql, gone, PLACE)).toEqual([]);
  });
});
