import { describe, expect, it } from 'vitest';
import { bearerToken } from '../../lib/http/bearer.js';

describe('bearerToken', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   abc', 'abc'],
    ['Bearer fst_a.b-c_d=', 'fst_a.b-c_d='],
    ['', null],
    ['abc', null],
    ['Bearer', null],
    ['Bearer ', null],
    ['Bearer a b', null],
    ['Basic YTpi', null],
    ['Bearer a, Bearer b', null],
    ['xBearer a', null],
  ])('reads %j: %j', (authorization, token) => {
    expect(bearerToken(new Headers({ authorization }))).toBe(token);
  });

  it('is null without the header, and with two of them', () => {
    expect(bearerToken(new Headers())).toBeNull();
    const two = new Headers({ authorization: 'Bearer a' });
    two.append('authorization', 'Bearer b');
    expect(bearerToken(two)).toBeNull();
  });
});
