import { setTimeout as sleep } from 'node:timers/promises';

/** A cache that may be emptied when memory runs out. */
export interface Cache {
  readonly name: string;
  /** Drop everything, now or soon. May answer how many entries that was; any other answer is ignored. */
  clear(): unknown;
  /** Entries in the cache: asked before and after where `clear` does not tell. */
  size?(): number;
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

/** One cache must not keep a clean-up waiting for longer, milliseconds. */
const CLEAR_MS = 5000;

async function inTime(told: unknown): Promise<unknown> {
  if (!(told instanceof Promise)) return told;
  const late = sleep(CLEAR_MS, undefined, { ref: false }).then(() => {
    throw new Error(`it was not empty after ${CLEAR_MS} ms`);
  });
  late.catch(() => undefined);
  return Promise.race([told, late]);
}

async function clearOne(cache: Cache): Promise<number> {
  const before = cache.size?.() ?? 0;
  const told = await inTime(cache.clear());
  const entries = typeof told === 'number' ? told : before - (cache.size?.() ?? before);
  return Number.isFinite(entries) ? Math.max(0, entries) : 0;
}

/** Keep caches that are emptied together; one that throws keeps none of the others from it. */
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
      let entries = 0;
      const failed: CacheFailure[] = [];
      for (const cache of caches) {
        try {
          entries += await clearOne(cache);
        } catch (error) {
          failed.push({ name: cache.name, error });
        }
      }
      return { entries, failed };
    },
  };
}
