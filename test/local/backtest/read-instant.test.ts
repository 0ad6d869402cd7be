import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millisOf } from '../../../lib/intake/read-time.js';
import { instantReader } from '../../../lib/local/backtest/read-instant.js';

describe('instantReader', () => {
  it.each([
    ['2026-01-05T00:00:00Z', Date.UTC(2026, 0, 5)],
    ['2026-01-05T01:02:03.004Z', Date.UTC(2026, 0, 5, 1, 2, 3, 4)],
    ['2026-01-05T01:00:00+01:00', Date.UTC(2026, 0, 5)],
    ['2024-02-29T23:59:59Z', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['1767571200', Date.UTC(2026, 0, 5)],
    ['1767571200.5', Date.UTC(2026, 0, 5) + 500],
    ['1767571200000', Date.UTC(2026, 0, 5)],
    ['0', 0],
  ])('reads %s', (text, ms) => {
    expect(instantReader()(text)).toBe(ms);
  });

  it.each([
    '',
    ' ',
    'now',
    '2026-01-05',
    '2026-01-05T00:00:00',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T00:60:00Z',
    '2026-01-05T00:00:60Z',
    '-5',
    '0x10',
    '1e9',
  ])('takes %j for no instant', (text) => {
    expect(instantReader()(text)).toBeNaN();
  });

  it('reads as ingest does, one text after the other', () => {
    const instant = fc
      .date({ min: new Date('1970-01-01Z'), max: new Date('2100-01-01Z'), noInvalidDate: true })
      .map((at) => at.toISOString());
    const cut = fc
      .tuple(instant, fc.boolean())
      .map(([text, isShort]) => (isShort ? text.replace(/\.\d+/, '') : text));
    fc.assert(
      fc.property(fc.array(cut), (texts) => {
        const read = instantReader();
        expect(texts.map((text) => read(text))).toEqual(texts.map((text) => millisOf(text)));
      }),
    );
  });
});
