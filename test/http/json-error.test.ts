import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonErrorAt } from '../../lib/http/json-error.js';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('jsonErrorAt', () => {
  it.each([
    ['', 0],
    ['  ', 2],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":', 5],
    ['{"a":1', 6],
    ['{"a":1,', 7],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['{"a" 1}', 5],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['[1]]', 3],
    ['01', 1],
    ['1.', 1],
    ['-', 0],
    ['+1', 0],
    ['tru', 0],
    ['nulll', 4],
    ['NaN', 0],
    ['"abc', 4],
    ['"a\nb"', 2],
    ['"a\\x"', 2],
    ['"a\\u12G4"', 2],
    ['"a\\', 2],
    ['{"a":1} x', 8],
    ['\ufeff{}', 0],
  ])('finds in %j the place %d', (text, at) => {
    expect(isJson(text)).toBe(false);
    expect(jsonErrorAt(text)).toBe(at);
  });

  it('finds nothing in any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), (value, space) => {
        expect(jsonErrorAt(` ${JSON.stringify(value, null, space)}\r\n`)).toBeNull();
      }),
    );
  });

  it('agrees with the engine on what is JSON, whatever is cut, doubled or replaced', () => {
    const damaged = fc
      .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom('', '"', '\\', '{', ']', ',', '1', '-', 'e'))
      .map(([value, at, other]) => {
        const text = JSON.stringify(value);
        const place = at % (text.length + 1);
        return text.slice(0, place) + other + text.slice(place + (at % 2));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        expect(jsonErrorAt(text) === null).toBe(isJson(text));
      }),
      { numRuns: 500 },
    );
  });
});
