import { setTimeout as delay } from 'node:timers/promises';

/** Where the platform's `waitUntil()` looks for the function instance that it runs in. */
const CONTEXT = Symbol.for('@vercel/request-context');

/** Work that goes on after its answer was sent. */
export interface WaitUntil {
  /** Wait until no work is left, at most so long. */
  settled(withinMs: number): Promise<void>;
}

const pending = new Set<Promise<unknown>>();

/** Offer `waitUntil` to the functions of this process, as the platform does. Safe to repeat. */
export function offerWaitUntil(): WaitUntil {
  const waitUntil = (work: Promise<unknown>): void => {
    const watched = work.catch((error: unknown) => {
      console.error('work after an answer failed:', error);
    });
    pending.add(watched);
    void watched.finally(() => pending.delete(watched));
  };
  Object.defineProperty(globalThis, CONTEXT, {
    value: { get: () => ({ waitUntil }) },
    configurable: true,
  });
  return {
    async settled(withinMs) {
      const patience = new AbortController();
      const late = delay(withinMs, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([Promise.all(pending), late]);
      patience.abort();
    },
  };
}
