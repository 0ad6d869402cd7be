import { describe, expect, it } from 'vitest';
import type { Bad } from '../../../lib/domain/decide/suspects.js';
import { unsureUpstream } from '../../../lib/domain/decide/unsure-upstream.js';
import { ago, bad } from './build.js';

const dependants = new Set(['api', 'stock', 'db2']);

function found(all: readonly Bad[], silentSince: Date | null = null) {
  return unsureUpstream('api', all, new Map([['db', { dependants, silentSince }]]), 900);
}

describe('unsureUpstream', () => {
  it('is what several lean on that began to fail together', () => {
    expect(found([bad('api', 60), bad('stock', 500)])).toEqual({ name: 'db', others: ['stock'] });
  });

  it.each([
    ['alone', []],
    ['with one that fails for long', [bad('stock', 2000)]],
    ['with one that only may fail', [bad('stock', 60, { isFailing: false })]],
    ['with one whose own change is blamed', [bad('stock', 60, { isOwnChange: true })]],
    ['with one that does not depend on it', [bad('other', 60)]],
  ])('is nothing %s', (_, others) => {
    expect(found([bad('api', 60), ...others])).toBeNull();
  });

  it('is nothing for what does not fail, or by its own change', () => {
    const stock = bad('stock', 60);
    expect(found([stock])).toBeNull();
    expect(found([bad('api', 60, { isFailing: false }), stock])).toBeNull();
    expect(found([bad('api', 60, { isOwnChange: true }), stock])).toBeNull();
  });

  it.each([
    { what: 'just before', sinceS: 90, agrees: true },
    { what: 'just after', sinceS: 10, agrees: true },
    { what: 'long before', sinceS: 60 + 901, agrees: false },
    { what: 'long after', sinceS: 60 - 901, agrees: false },
  ])('is what fell silent $what the trouble: $agrees', ({ sinceS, agrees }) => {
    for (const isFailing of [true, false]) {
      expect(found([bad('api', 60, { isFailing })], ago(sinceS))).toEqual(
        agrees ? { name: 'db', others: [] } : null,
      );
    }
  });

  it('is not what fell silent where a change of its own is blamed, or where it is the one that did', () => {
    expect(found([bad('api', 60, { isOwnChange: true })], ago(60))).toBeNull();
    const own = new Map([['api', { dependants: new Set(['api']), silentSince: ago(60) }]]);
    expect(unsureUpstream('api', [bad('api', 60)], own, 900)).toBeNull();
  });
});
