import { describe, expect, it } from 'vitest';
import type { Schema } from '../../lib/domain/decide/schema-changes.js';
import {
  beginSchemaLook,
  forgetSchemas,
  keepSchema,
  readSchemas,
} from '../../lib/store/database-schemas.js';
import { addComponent, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const PLACE = 'neon shop';

const schemaOf = (...columns: string[]): Schema =>
  columns.map((column) => {
    return { table: 'public.orders', column, type: 'integer', notNull: false, hasDefault: true };
  });

const SECONDS = Date.parse('2026-03-01T00:00:00Z');
const at = (seconds: number) => new Date(SECONDS + 1000 * seconds);

async function component(): Promise<number> {
  return (await addComponent(sql)).id;
}

const keep = (componentId: number, seconds: number, schema: Schema, place = PLACE) =>
  keepSchema(sql, { componentId, place, schema, seenAt: at(seconds) });

const seen = async (componentId: number) =>
  (await readSchemas(sql, componentId, PLACE)).map(({ firstSeen, lastSeen, schema }) => ({
    from: firstSeen,
    until: lastSeen,
    columns: schema.map(({ column }) => column).join(),
  }));

describe('keepSchema', () => {
  it('keeps each shape once for as long as it stands, the newest first', async () => {
    const id = await component();
    await keep(id, 0, schemaOf('a'));
    await keep(id, 10, schemaOf('a'));
    await keep(id, 20, schemaOf('a', 'b'));
    await keep(id, 30, schemaOf('a'));
    expect(await seen(id)).toEqual([
      { from: at(30), until: at(30), columns: 'a' },
      { from: at(20), until: at(20), columns: 'a,b' },
      { from: at(0), until: at(10), columns: 'a' },
    ]);
    const [newest] = await readSchemas(sql, id, PLACE);
    expect(newest?.schema).toEqual(schemaOf('a'));
  });

  it('is changed by no look that began before what is known', async () => {
    const id = await component();
    await keep(id, 20, schemaOf('a', 'b'));
    await keep(id, 10, schemaOf('a'));
    await keep(id, 15, schemaOf('a', 'b'));
    expect(await seen(id)).toEqual([{ from: at(20), until: at(20), columns: 'a,b' }]);
  });

  it('makes one row of ten looks at once', async () => {
    const id = await component();
    await race(
      database,
      'lock table database_schemas in share row exclusive mode',
      times(10, () => keep(id, 10, schemaOf('a'))),
    );
    expect(await seen(id)).toHaveLength(1);
  });

  it('knows nothing of another database, another component, or none', async () => {
    const [id, other] = [await component(), await component()];
    await keep(id, 0, schemaOf('a'));
    await keep(id, 5, schemaOf('b'), 'neon other');
    await keep(other, 5, schemaOf('c'));
    expect(await seen(id)).toEqual([{ from: at(0), until: at(0), columns: 'a' }]);
    expect(await readSchemas(sql, id, null)).toEqual([]);
  });

  it('keeps an empty database, too', async () => {
    const id = await component();
    await keep(id, 0, []);
    expect(await seen(id)).toEqual([{ from: at(0), until: at(0), columns: '' }]);
  });
});

describe('forgetSchemas', () => {
  it('leaves the newest twenty, and none of what was removed', async () => {
    const [id, gone] = [await component(), await component()];
    for (let i = 0; i < 25; i += 1) await keep(id, i, schemaOf(`c${i}`));
    await keep(gone, 0, schemaOf('a'));
    await sql`update components set removed_at = now() where id = ${gone}::int`;
    await forgetSchemas(sql);
    const left = await sql`
      select count(*)::int as count, min(first_seen) as first
      from database_schemas where component_id = ${id}::int`;
    expect(left).toEqual([{ count: 20, first: at(5) }]);
    expect(await readSchemas(sql, gone, PLACE)).toEqual([]);
  });
});

describe('beginSchemaLook', () => {
  it('answers the instant by the database’s clock', async () => {
    const [row] = await sql`select now() as now`;
    const begun = await beginSchemaLook(sql);
    expect(begun.getTime()).toBeGreaterThanOrEqual(new Date(String(row?.['now'])).getTime());
  });
});
