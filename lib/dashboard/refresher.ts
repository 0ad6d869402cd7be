import { waitS } from './pace.js';
import { Trouble } from './trouble.js';

/** Refreshes again and again, until stopped. */
export interface Refresher {
  stop(): void;
}

/** What a {@link Refresher} does and tells. */
export interface RefresherOptions {
  /** One refresh; the signal is aborted when nobody wants it any more. @throws {Trouble} */
  readonly refresh: (signal: AbortSignal) => Promise<void>;
  /** @param nextS - seconds until the next try */
  readonly onTrouble: (trouble: Trouble, nextS: number) => void;
}

/**
 * Refresh now and then every 5 seconds; more rarely while it fails, and not while the tab is hidden.
 * A refresh never overlaps another.
 */
export function startRefresher({ refresh, onTrouble }: RefresherOptions): Refresher {
  const stopped = new AbortController();
  const { signal } = stopped;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;

  const failed = (error: unknown): number => {
    failures += 1;
    const trouble = error instanceof Trouble ? error : new Trouble(200, null, { cause: error });
    const nextS = waitS(failures, trouble.retryAfterS);
    onTrouble(trouble, nextS);
    return nextS;
  };
  const run = async (): Promise<void> => {
    if (running || signal.aborted || document.hidden) return;
    running = true;
    clearTimeout(timer);
    const nextS = await refresh(signal).then(
      () => {
        failures = 0;
        return waitS(0, null);
      },
      (error: unknown) => (signal.aborted ? 0 : failed(error)),
    );
    running = false;
    if (!signal.aborted) timer = setTimeout(run, nextS * 1000);
  };

  document.addEventListener('visibilitychange', run, { signal });
  void run();
  return {
    stop: () => {
      stopped.abort();
      clearTimeout(timer);
    },
  };
}
