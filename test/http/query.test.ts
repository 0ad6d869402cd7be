import { describe, expect, it } from 'vitest';
import { readQuery } from '../../lib/http/query.js';

const at = (query: string) => new URL(`https://x.example/api/x${query}`);
const invalid = expect.objectContaining({ code: 'invalid' });

describe('readQuery', () => {
  it.each([
    ['', {}],
    ['?', {}],
    ['?a=1&b=', { a: '1', b: '' }],
    ['?a=x%20y+z', { a: 'x y z' }],
    [
      '?__proto__=1&constructor=2',
      Object.fromEntries([
        ['__proto__', '1'],
        ['constructor', '2'],
      ]),
    ],
  ])('reads %s', (query, expected) => {
    expect(readQuery(at(query), [])).toEqual(expected);
  });

  it('does not let a name reach the prototype', () => {
    expect(Object.getPrototypeOf(readQuery(at('?__proto__=1'), []))).toBe(Object.prototype);
  });

  it.each(['?a=1&a=1', '?a=1&b=2&a=3', '?a&a', '?%61=1&a=2', '?a=%00', '?%00=1'])(
    'refuses %s',
    (query) => {
      expect(() => readQuery(at(query), [])).toThrow(invalid);
    },
  );

  it('drops what a rewrite adds, and what a caller wrote under that name', () => {
    expect(readQuery(at('?id=forged&limit=5&id=real'), ['id'])).toEqual({ limit: '5' });
  });
});
