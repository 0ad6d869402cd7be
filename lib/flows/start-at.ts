/** The same, in the same order, but beginning elsewhere, and going round. */
export function startAt<T>(all: readonly T[], from: number): T[] {
  return [...all.slice(from), ...all.slice(0, from)];
}
