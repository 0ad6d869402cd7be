import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../../lib/http/csv.js';

/** Read RFC 4180, independently of how it is written. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  const field = /("(?:[^"]|"")*"|[^,\r\n]*)(,|\r\n)/gy;
  let row: string[] = [];
  for (const [, raw = '', end] of text.matchAll(field)) {
    row.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

describe('csv', () => {
  it('writes every kind of value', () => {
    const at = new Date('2026-01-15T10:02:30Z');
    expect(
      csv(
        ['a', 'b'],
        [
          ['x', 1.5],
          [null, at],
          [true, -2],
        ],
      ),
    ).toBe('a,b\r\nx,1.5\r\n,2026-01-15T10:02:30.000Z\r\ntrue,-2\r\n');
  });

  it('writes the header alone when there are no rows', () => {
    expect(csv(['a'], [])).toBe('a\r\n');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['=cmd|"/C calc"!A1', `"'=cmd|""/C calc""!A1"`],
    ['a=1', 'a=1'],
    ['', ''],
  ])('writes %j as %j, no formula', (text, written) => {
    expect(csv(['h'], [[text]])).toBe(`h\r\n${written}\r\n`);
  });

  it('can be read back, whatever commas, quotes and line ends are in it', () => {
    const text = fc.string({ unit: fc.constantFrom(...'ab",;\r\n =') });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (rows) => {
        const plain = (value: string) => (/^[=\r]/.test(value) ? `'${value}` : value);
        expect(parse(csv(['x', 'y'], rows))).toEqual([
          ['x', 'y'],
          ...rows.map((row) => row.map(plain)),
        ]);
      }),
    );
  });
});
