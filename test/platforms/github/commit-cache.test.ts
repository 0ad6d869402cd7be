import { expect, it } from 'vitest';
import { commitCache } from '../../../lib/platforms/github/commit-cache.js';

const commit = (sha: string) => ({ sha, tree: { sha: `tree-${sha}` }, parents: [] });

it('keeps as many commits as it may, and none that was not found', async () => {
  const read: string[] = [];
  const cache = commitCache(2);
  const ask = (sha: string) =>
    cache.commit(sha, async () => {
      read.push(sha);
      return sha === 'none' ? null : commit(sha);
    });
  for (const sha of ['a', 'none', 'none', 'b', 'a', 'b', 'c', 'b', 'a']) {
    expect(await ask(sha)).toEqual(sha === 'none' ? null : commit(sha));
  }
  expect(read).toEqual(['a', 'none', 'none', 'b', 'c', 'a']);
});

it('keeps nothing of a failure', async () => {
  const cache = commitCache();
  const fail = async () => {
    throw new Error('away');
  };
  await expect(cache.commit('a', fail)).rejects.toThrow('away');
  expect(await cache.commit('a', async () => commit('a'))).toEqual(commit('a'));
});
