import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  Instant,
  MaybeInstant,
  parseFirst,
  parseRows,
  readCursor,
  writeCursor,
} from '../../lib/store/rows.js';
import { storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

const at = new Date('2026-03-01T12:00:00.123Z');

describe('Instant', () => {
  it('reads what the driver answers, and what stands in JSON, to the millisecond', async () => {
    const [row] = await sql`
      select
        ${at.toISOString()}::timestamptz as plain,
        json_build_object('at', ${at.toISOString()}::timestamptz) as json`;
    const json = row?.['json'] as { at: unknown } | undefined;
    expect(Instant.parse(row?.['plain'])).toEqual(at);
    expect(Instant.parse(json?.at)).toEqual(at);
  });

  it.each([null, undefined, 7, {}])('refuses %j', (value) => {
    expect(Instant.safeParse(value).success).toBe(false);
  });
});

describe('MaybeInstant', () => {
  it('reads null as null', () => {
    expect(MaybeInstant.parse(null)).toBeNull();
  });
});

describe('parseRows', () => {
  const Row = z.object({ n: z.number() });

  it('parses every row, and refuses all when one is wrong', () => {
    expect(parseRows(Row, [{ n: 1, more: 2 }, { n: 2 }])).toEqual([{ n: 1 }, { n: 2 }]);
    expect(parseRows(Row, [])).toEqual([]);
    expect(() => parseRows(Row, [{ n: 1 }, { n: '2' }])).toThrow();
  });
});

describe('parseFirst', () => {
  const Row = z.object({ n: z.number() });

  it('answers the first row, or null where there is none', () => {
    expect(parseFirst(Row, [{ n: 1 }, { n: 2 }])).toEqual({ n: 1 });
    expect(parseFirst(Row, [])).toBeNull();
    expect(() => parseFirst(Row, [{}])).toThrow();
  });
});

describe('readCursor', () => {
  const cursor = { at, id: '0189aaaa-0000-7000-8000-000000000001' };

  it('reads what writeCursor wrote', () => {
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
    expect(readCursor(null)).toBeNull();
  });

  it.each([
    '',
    'nonsense',
    '2026-03-01T12:00:00.000Z',
    'yesterday 0189aaaa-0000-7000-8000-000000000001',
    "2026-03-01T12:00:00.000Z ';drop",
    '2026-03-01T12:00:00.000Z abc',
    '2026-03-01T12:00:00.000Z 0189aaaa-0000-7000-8000-00000000000',
    `2026-03-01T12:00:00.000Z ${'a'.repeat(36)}`,
    `2026-03-01T12:00:00.000Z ${cursor.id} more`,
    `2026-02-30T12:00:00.000Z ${cursor.id}`,
    `0000-01-01T00:00:00.000Z ${cursor.id}`,
    `+275000-01-01T00:00:00.000Z ${cursor.id}`,
    `-000001-01-01T00:00:00.000Z ${cursor.id}`,
  ])('refuses what it did not write, such as %j', (text) => {
    const given = Buffer.from(text).toString('base64url');
    expect(() => readCursor(given)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it.each(['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])(
    'reads what the database takes, as far as %s',
    async (instant) => {
      const read = readCursor(writeCursor({ at: new Date(instant), id: cursor.id }));
      const [row] = await sql`
        select ${read?.at.toISOString()}::timestamptz as at, ${read?.id}::uuid::text as id`;
      expect(row).toEqual({ at: new Date(instant), id: cursor.id });
    },
  );
});
