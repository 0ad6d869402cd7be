import type { Commit } from './answers.js';

/** Commits that are kept, at most: some hundred bytes each. */
const MOST = 10_000;

/** Commits that were read, kept in memory. What a hash names never changes, so none is ever read anew. */
export interface CommitCache {
  /**
   * The commit of that key, read where it is not kept. One that is not found is not kept: it may yet be pushed.
   *
   * @param key - names repository, commit, and who asks: what one may read, another may not
   */
  commit(key: string, read: () => Promise<Commit | null>): Promise<Commit | null>;
}

/** Keep the commits of one instance of the functions; where there are too many, what was read first goes. */
export function commitCache(most = MOST): CommitCache {
  const kept = new Map<string, Commit>();
  return {
    async commit(key, read) {
      const known = kept.get(key);
      if (known !== undefined) return known;
      const found = await read();
      if (found === null) return null;
      kept.set(key, found);
      const [oldest] = kept.keys();
      if (kept.size > most && oldest !== undefined) kept.delete(oldest);
      return found;
    },
  };
}
