import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeIn, tooMuchAt } from '../../lib/http/json-text.js';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function innerValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, one) => sum + 1 + innerValues(one), 0);
}

const most = (depth: number, values = 1_000_000) => ({ depth, values });

describe('tooMuchAt', () => {
  it.each([
    ['1', 0, null],
    ['[1,2,3]', 3, null],
    ['[1,2,3]', 2, { offset: 4, what: 'many' }],
    ['["a,b,[c"]', 1, null],
    ['{"a":1,"b":[2,3]}', 4, null],
    ['{"a":1,"b":[2,3]}', 3, { offset: 13, what: 'many' }],
    ['[[[[1]]]]', 4, null],
    ['[[[[1]]]]', 3, { offset: 3, what: 'many' }],
    ['[[],{}]', 4, null],
    ['[[],{}]', 3, { offset: 4, what: 'many' }],
  ])('counts the values in %s, of which %d are allowed', (text, values, found) => {
    expect(tooMuchAt(text, most(32, values))).toEqual(found);
  });

  it.each([
    ['1', 0, null],
    ['[]', 0, 0],
    ['[]', 1, null],
    ['[[]]', 1, 1],
    ['[{"a":[1]}]', 2, 6],
    ['[{"a":[1]}]', 3, null],
    ['["[[[[{{{{", "\\"[[[[", "\\\\"]', 1, null],
    ['["\\\\", [[]]]', 2, 8],
    ['["not closed [[[[', 1, null],
    [']]]][[[[', 1, null],
  ])('looks at %j for more than %d: %j', (text, max, at) => {
    expect(tooMuchAt(text, most(max))?.offset ?? null).toBe(at);
  });

  it('agrees with the depth of what is parsed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(6), (value, max) => {
        expect(tooMuchAt(JSON.stringify(value), most(max)) !== null).toBe(depthOf(value) > max);
      }),
    );
  });

  it('counts no fewer values than are parsed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        const inner = innerValues(value);
        if (inner > 0) {
          expect(tooMuchAt(text, most(32, inner - 1))).toMatchObject({ what: 'many' });
        }
        // An empty list or object has a bracket, but no value: it counts as if it had one.
        expect(tooMuchAt(text, most(32, 2 * inner + 1))).toBeNull();
      }),
    );
  });

  it('is linear in runs of backslashes and quotes', () => {
    const hostile = `["${'\\"'.repeat(500_000)}${'\\\\'.repeat(500_000)}"]`;
    expect(tooMuchAt(hostile, most(1))).toBeNull();
    expect(JSON.parse(hostile)).toHaveLength(1);
  });
});

describe('placeIn', () => {
  it.each([
    ['', 0, 1, 1],
    ['\n', 0, 1, 1],
    ['\n', 1, 2, 1],
    ['ab\ncd', 1, 1, 2],
    ['ab\ncd', 3, 2, 1],
    ['ab\ncd', 5, 2, 3],
  ])('says of %j at %d: line %d, column %d', (text, offset, line, column) => {
    expect(placeIn(text, offset)).toEqual({ offset, line, column });
  });
});
