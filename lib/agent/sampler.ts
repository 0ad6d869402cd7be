/** Ticks in a steady pace, and sooner when asked to. */
export interface Sampler {
  /** Have the next tick within some seconds, unless it comes sooner anyway. */
  sooner(seconds: number): void;
  stop(): void;
}

/**
 * Call a function every interval from now on, without keeping the process alive.
 *
 * The first call comes one interval from now. A tick that came sooner starts the next interval.
 */
export function startSampler(intervalMs: number, tick: () => void): Sampler {
  let timer: NodeJS.Timeout;
  let dueAt = 0;
  function arm(waitMs: number): void {
    clearTimeout(timer);
    dueAt = performance.now() + waitMs;
    timer = setTimeout(() => {
      arm(intervalMs);
      tick();
    }, waitMs);
    timer.unref();
  }
  arm(intervalMs);
  return {
    sooner(seconds) {
      const waitMs = seconds * 1000;
      if (performance.now() + waitMs < dueAt) arm(waitMs);
    },
    stop: () => clearTimeout(timer),
  };
}
