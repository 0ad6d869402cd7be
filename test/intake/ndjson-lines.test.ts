import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndjsonLines } from '../../lib/intake/ndjson-lines.js';

describe('ndjsonLines', () => {
  it.each([
    ['', []],
    ['\n\r\n  \n', []],
    ['a', [[0, 'a']]],
    ['a\n', [[0, 'a']]],
    [
      'a\nb',
      [
        [0, 'a'],
        [1, 'b'],
      ],
    ],
    [
      '\n\n a \r\n\nb\r\n',
      [
        [2, 'a'],
        [4, 'b'],
      ],
    ],
  ])('goes through %j', (text, lines) => {
    expect([...ndjsonLines(text)].map((line) => [line.index, line.text])).toEqual(lines);
  });

  it('finds what splitting finds', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', ' ', '\r') });
    fc.assert(
      fc.property(text, (any) => {
        const split = any
          .split('\n')
          .map((line, index) => ({ index, text: line.trim() }))
          .filter((line) => line.text !== '');
        expect([...ndjsonLines(any)]).toEqual(split);
      }),
    );
  });
});
