import { describe, expect, it } from 'vitest';
import { sortedKeys } from '../../lib/domain/sorted-keys.js';

describe('sortedKeys', () => {
  it.each([
    [{ b: 1, a: { d: [{ f: 1, e: 2 }], c: null } }, '{"a":{"c":null,"d":[{"e":2,"f":1}]},"b":1}'],
    [[2, 1], '[2,1]'],
    [null, 'null'],
    ['text', '"text"'],
  ])('of %j gives %s', (value, text) => {
    expect(JSON.stringify(sortedKeys(value))).toBe(text);
  });
});
