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
    Buffer.from('2026-03-01T12:00:00Z').toString('base64url'),
    Buffer.from('yesterday 0189aaaa').toString('base64url'),
    Buffer.from("2026-03-01T12:00:00Z ';drop").toString('base64url'),
    Buffer.from(`2026-03-01T12:00:00Z ${'a'.repeat(41)}`).toString('base64url'),
  ])('refuses %j', (text) => {
    expect(() => readCursor(text)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
