import { runInNewContext } from 'node:vm';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createCaches } from '../../lib/agent/caches.js';

describe('createCaches', () => {
  it('counts what a cache says it dropped, or what its size says', async () => {
    const caches = createCaches();
    const map = new Map([
      [1, 1],
      [2, 2],
    ]);
    caches.register({ name: 'told', clear: () => 5 });
    caches.register({ name: 'sized', clear: () => map.clear(), size: () => map.size });
    caches.register({ name: 'silent', clear: () => undefined });
    expect(await caches.clear()).toEqual({ entries: 7, failed: [] });
    expect(map.size).toBe(0);
  });

  it.each([Number.NaN, -3, Number.POSITIVE_INFINITY])('counts %d as nothing', async (told) => {
    const caches = createCaches();
    caches.register({ name: 'odd', clear: () => told });
    expect((await caches.clear()).entries).toBe(0);
  });

  it('empties the others when one throws, and says which', async () => {
    const caches = createCaches();
    const error = new Error('no');
    caches.register({
      name: 'bad',
      clear: () => {
        throw error;
      },
    });
    caches.register({ name: 'good', clear: () => 1 });
    expect(await caches.clear()).toEqual({ entries: 1, failed: [{ name: 'bad', error }] });
  });

  it('waits for a cache that is emptied elsewhere, and lets it fail alone', async () => {
    const caches = createCaches();
    const error = new Error('away');
    caches.register({ name: 'slow', clear: async () => 3 });
    caches.register({
      name: 'bad',
      clear: async () => {
        throw error;
      },
    });
    expect(await caches.clear()).toEqual({ entries: 3, failed: [{ name: 'bad', error }] });
  });

  it('asks a size that is found out elsewhere, and lets it fail alone', async () => {
    const caches = createCaches();
    const error = new Error('away');
    let left = 4;
    caches.register({
      name: 'sized',
      clear: async () => {
        left = 1;
      },
      size: async () => left,
    });
    caches.register({ name: 'bad', clear: () => 1, size: () => Promise.reject(error) });
    expect(await caches.clear()).toEqual({ entries: 3, failed: [{ name: 'bad', error }] });
  });

  it('waits neither for ever, nor for one after another', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const caches = createCaches();
    caches.register({ name: 'stuck', clear: () => new Promise(() => undefined) });
    caches.register({
      name: 'foreign',
      clear: () => runInNewContext('new Promise(() => undefined)'),
    });
    caches.register({ name: 'lost', clear: () => 1, size: () => new Promise(() => undefined) });
    caches.register({ name: 'good', clear: async () => 2 });
    const clearing = caches.clear();
    await vi.advanceTimersByTimeAsync(5000);
    const turn = new Promise<void>((resolve) => setImmediate(resolve));
    const isDone = await Promise.race([clearing.then(() => true), turn.then(() => false)]);
    expect(isDone).toBe(true);
    const { entries, failed } = await clearing;
    expect(entries).toBe(2);
    expect(failed).toMatchObject(
      ['stuck', 'foreign', 'lost'].map((name) => ({ name, error: { name: 'TimeoutError' } })),
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves a cache alone that was taken out', async () => {
    const caches = createCaches();
    const takeOut = caches.register({ name: 'gone', clear: () => 1 });
    takeOut();
    expect((await caches.clear()).entries).toBe(0);
  });
});
