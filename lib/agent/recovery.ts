/** A recovery of which at most one is under way, whoever asks for it. */
export interface Recovery<T> {
  /** Recover now; who comes meanwhile shares the outcome. */
  now(): Promise<T>;
  /**
   * Recover for a call that failed, unless that is done already: a recovery that succeeded after the call
   * began, or one that failed a moment ago, is answered with its result.
   *
   * @param startedAt - when the failed call began, by `performance.now()`
   */
  after(startedAt: number): Promise<T>;
}

/** How a recovery is done. */
export interface RecoveryDeps<T> {
  readonly run: () => Promise<T>;
  /** Told of recoveries that a failed call began. */
  readonly onOwn: (result: T) => void;
  /** Whether failed calls may begin another one before the rest is over, after this result. */
  readonly restsAfter: (result: T) => boolean;
  readonly restMs: number;
}

/** Put a recovery behind one door, so that a hundred failures at once make one recovery. */
export function createRecovery<T extends { readonly success: boolean }>(
  deps: RecoveryDeps<T>,
): Recovery<T> {
  let underWay: Promise<T> | null = null;
  let last: { readonly result: T; readonly endedAt: number } | null = null;
  function begin(isOwn: boolean): Promise<T> {
    underWay ??= deps
      .run()
      .then((result) => {
        last = { result, endedAt: performance.now() };
        if (isOwn) deps.onOwn(result);
        return result;
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  }
  /** The last result, where it answers a call that began then. */
  function known(startedAt: number): T | null {
    if (last === null || underWay !== null) return null;
    const { result, endedAt } = last;
    const isResting = deps.restsAfter(result) && performance.now() - endedAt < deps.restMs;
    return isResting || (result.success && endedAt >= startedAt) ? result : null;
  }
  return {
    now: () => begin(false),
    async after(startedAt) {
      return known(startedAt) ?? begin(true);
    },
  };
}
