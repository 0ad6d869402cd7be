/** Lets callers wait for the moment when nothing is left to do. */
export interface Quiet {
  /** Look whether that moment has come. */
  check(): void;
  /**
   * Wait for it.
   *
   * @returns `false` when it took longer than `timeoutMs`
   */
  wait(timeoutMs: number): Promise<boolean>;
}

/** @param isQuiet - whether nothing is left to do right now */
export function createQuiet(isQuiet: () => boolean): Quiet {
  const listeners = new Set<() => void>();
  function check(): void {
    if (isQuiet()) {
      for (const listener of listeners) {
        listener();
      }
    }
  }
  return {
    check,
    wait(timeoutMs) {
      return new Promise((resolve) => {
        const finish = (quiet: boolean) => {
          clearTimeout(timer);
          listeners.delete(listener);
          resolve(quiet);
        };
        const listener = () => finish(true);
        const timer = setTimeout(() => finish(false), timeoutMs);
        listeners.add(listener);
        check();
      });
    },
  };
}
