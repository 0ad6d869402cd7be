import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameSecret } from '../../lib/security/constant-time.js';

describe('sameSecret', () => {
  it.each([
    ['', '', true],
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', '', false],
    ['', 'a', false],
    ['secret', 'secret ', false],
    ['secret', 'Secret', false],
    ['é', 'e\u0301', false],
  ])('compares %j with %j: %j', (given, expected, same) => {
    expect(sameSecret(given, expected)).toBe(same);
  });

  it('agrees with plain equality on any text of any length', () => {
    const text = fc.string({ maxLength: 40 });
    fc.assert(fc.property(text, text, (a, b) => sameSecret(a, b) === (a === b)));
    fc.assert(fc.property(text, (a) => sameSecret(a, a)));
  });
});
