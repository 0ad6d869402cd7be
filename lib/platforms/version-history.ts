/** A version in the order in which versions were live. */
export interface Lived {
  /** What tells versions apart: a commit, an image, a template. */
  readonly version: string;
  /** Whether it says of itself that it was a rollback. */
  readonly isRollback?: boolean;
}

/**
 * Whether a version went back: it says so, or it was live before the one that it replaced.
 *
 * @param history - newest first
 */
export function wentBack(history: readonly Lived[], index: number): boolean {
  const one = history[index];
  if (one === undefined) return false;
  if (one.isRollback === true) return true;
  const before = history.slice(index + 1);
  const replaced = before.findIndex(({ version }) => version !== one.version);
  return replaced !== -1 && before.slice(replaced).some(({ version }) => version === one.version);
}

/**
 * The versions that are not the live one, and that no rollback has left: what somebody has left on purpose is not
 * returned to.
 *
 * @param history - newest first; the first is live
 * @returns each version once, as it was live last; newest first
 */
export function versionsBefore<T extends Lived>(history: readonly T[]): readonly T[] {
  const passed = new Set(history.map((_, index) => leftBy(history, index)));
  const [live] = history;
  passed.add(live?.version);
  return history.filter(({ version }) => {
    const isFirst = !passed.has(version);
    passed.add(version);
    return isFirst;
  });
}

/** The newest of {@link versionsBefore}. */
export function previousVersion<T extends Lived>(history: readonly T[]): T | undefined {
  return versionsBefore(history)[0];
}

/** The version that a rollback went away from; undefined when one was none. */
function leftBy(history: readonly Lived[], index: number): string | undefined {
  const version = history[index]?.version;
  if (!wentBack(history, index)) return undefined;
  return history.slice(index + 1).find((one) => one.version !== version)?.version;
}
