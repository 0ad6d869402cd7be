import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from '../../../lib/http/csv.js';
import { csvParser } from '../../../lib/local/backtest/csv-parser.js';

function parse(...pieces: readonly string[]) {
  const records: [line: number, ...fields: string[]][] = [];
  const faults: [line: number, why: string][] = [];
  const parser = csvParser(
    (fields, line) => void records.push([line, ...fields]),
    (why, line) => void faults.push([line, why]),
  );
  for (const piece of pieces) parser.push(piece);
  parser.end();
  return { records, faults };
}

describe('csvParser', () => {
  it.each([
    { name: 'nothing', text: '', records: [] },
    { name: 'a line without an end', text: 'a,b', records: [[1, 'a', 'b']] },
    {
      name: 'LF',
      text: 'a,b\nc,d\n',
      records: [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
      ],
    },
    {
      name: 'CRLF',
      text: 'a,b\r\nc,d\r\n',
      records: [
        [1, 'a', 'b'],
        [2, 'c', 'd'],
      ],
    },
    { name: 'empty lines', text: '\n\r\na\n\n', records: [[3, 'a']] },
    {
      name: 'empty fields',
      text: ',\n,,',
      records: [
        [1, '', ''],
        [2, '', '', ''],
      ],
    },
    { name: 'a byte order mark', text: '\uFEFFa,b', records: [[1, 'a', 'b']] },
    { name: 'quotes', text: '"a,b",c\n', records: [[1, 'a,b', 'c']] },
    { name: 'doubled quotes', text: '"a ""b""",""', records: [[1, 'a "b"', '']] },
    { name: 'quotes at the end', text: 'a,"b"\r\n', records: [[1, 'a', 'b']] },
    { name: 'a comma after quotes', text: '"a",', records: [[1, 'a', '']] },
    {
      name: 'lines within quotes',
      text: '"a\r\nb",c\nd,e',
      records: [
        [1, 'a\r\nb', 'c'],
        [3, 'd', 'e'],
      ],
    },
  ])('reads $name', ({ text, records }) => {
    expect(parse(text)).toEqual({ records, faults: [] });
  });

  it.each([
    { name: 'a quote within a field', text: 'a\nb"c",d\ne', line: 2 },
    { name: 'text after a quote', text: '"a"b,c', line: 1 },
    { name: 'a quote that is never closed', text: 'a\nb\n"c,d\ne\n', line: 3 },
  ])('names the line of $name', ({ text, line }) => {
    expect(parse(text).faults).toEqual([[line, expect.stringMatching(/quote/)]]);
  });

  it('gives a field up that swallows the file', () => {
    const { faults, records } = parse(`"a\n${`${'x'.repeat(999)}\n`.repeat(1100)}`);
    expect(faults[0]?.[0]).toBe(1);
    expect(records.length).toBeGreaterThan(0);
  });

  it('reads the same however the text is cut, and just what was written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', 'ü', ' '), maxLength: 6 });
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(rows, fc.array(fc.nat({ max: 60 })), ([head = ['a', 'b'], ...rest], cuts) => {
        const text = csv(head, rest);
        const ends = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length];
        const places = ends.toSorted((a, b) => a - b);
        const pieces = places.slice(1).map((end, i) => text.slice(places[i] ?? 0, end));
        const { records, faults } = parse(...pieces);
        expect(faults).toEqual([]);
        expect(records.map(([, ...fields]) => fields)).toEqual([head, ...rest]);
      }),
    );
  });
});
