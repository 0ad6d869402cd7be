import { describe, expect, it } from 'vitest';
import { createCaches } from '../../lib/agent/caches.js';

describe('createCaches', () => {
  it('counts what a cache says it dropped, or what its size says', () => {
    const caches = createCaches();
    const map = new Map([
      [1, 1],
      [2, 2],
    ]);
    caches.register({ name: 'told', clear: () => 5 });
    caches.register({ name: 'sized', clear: () => map.clear(), size: () => map.size });
    caches.register({ name: 'silent', clear: () => undefined });
    expect(caches.clear()).toEqual({ entries: 7, failed: [] });
    expect(map.size).toBe(0);
  });

  it.each([Number.NaN, -3, Number.POSITIVE_INFINITY])('counts %d as nothing', (told) => {
    const caches = createCaches();
    caches.register({ name: 'odd', clear: () => told });
    expect(caches.clear().entries).toBe(0);
  });

  it('empties the others when one throws, and says which', () => {
    const caches = createCaches();
    const error = new Error('no');
    caches.register({
      name: 'bad',
      clear: () => {
        throw error;
      },
    });
    caches.register({ name: 'good', clear: () => 1 });
    expect(caches.clear()).toEqual({ entries: 1, failed: [{ name: 'bad', error }] });
  });

  it('leaves a cache alone that was taken out', () => {
    const caches = createCaches();
    const takeOut = caches.register({ name: 'gone', clear: () => 1 });
    takeOut();
    expect(caches.clear().entries).toBe(0);
  });
});
