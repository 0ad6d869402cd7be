import { describe, expect, it } from 'vitest';
import { isObject } from '../../lib/intake/is-object.js';

describe('isObject', () => {
  it.each([
    [{}, true],
    [{ a: 1 }, true],
    [Object.create(null), true],
    [[], false],
    [null, false],
    [undefined, false],
    ['text', false],
    [0, false],
  ])('answers for %j: %j', (value, expected) => {
    expect(isObject(value)).toBe(expected);
  });
});
