import { inTime } from './in-time.js';

/** A cache that may be emptied when memory runs out. */
export interface Cache {
  readonly name: string;
  /** Drop everything, now or soon. May answer how many entries that was; any other answer is ignored. */
  clear(): unknown;
  /** Entries in the cache: asked before and after where `clear` does not tell. */
  size?(): number | PromiseLike<number>;
}

/** The caches that a service has registered. */
export interface Caches {
  /** Answers how to take it out again. */
  register(cache: Cache): () => void;
  /** Empty all: the entries dropped, and the caches that failed. Never rejects. */
  clear(): Promise<{ readonly entries: number; readonly failed: readonly CacheFailure[] }>;
}

/** One cache that could not be emptied. */
export interface CacheFailure {
  readonly name: string;
  readonly error: unknown;
}

/** The caches, all at once, keep a clean-up waiting no longer than this, milliseconds. */
const CLEAR_MS = 5000;

async function clearOne(cache: Cache): Promise<number> {
  const before = (await cache.size?.()) ?? 0;
  const told = await cache.clear();
  const entries = typeof told === 'number' ? told : before - ((await cache.size?.()) ?? before);
  return Number.isFinite(entries) ? Math.max(0, entries) : 0;
}

/** Keep caches that are emptied together; one that fails, or never ends, keeps none of the others from it. */
export function createCaches(): Caches {
  const caches = new Set<Cache>();
  return {
    register(cache) {
      caches.add(cache);
      return () => {
        caches.delete(cache);
      };
    },
    async clear() {
      const failed: CacheFailure[] = [];
      const counts = [...caches].map(async (cache) => {
        try {
          return await inTime(() => clearOne(cache), CLEAR_MS);
        } catch (error) {
          failed.push({ name: cache.name, error });
          return 0;
        }
      });
      const entries = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      return { entries, failed };
    },
  };
}
