/** What the process's memory was, sample by sample. */
export interface MemoryHistory {
  /** @param bytes - memory in use, 0 or more */
  add(bytes: number): void;
  isLeaking(): boolean;
  /** Forget the past; what is in use now is what is normal from here on. */
  setBaseline(bytes: number): void;
}

/** The contract's numbers: growth over the baseline, and share of upward steps. */
const GROWTH = 0.5;
const UPWARD = 0.7;
/** Over 10 to 20 points; never with fewer. */
const LEAST_POINTS = 10;
const MOST_POINTS = 20;
/** Points kept: an hour at the default interval, so that the older half is a fair baseline. */
const KEPT_POINTS = 240;

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * The reference document's test for a memory leak: growth of more than 50 % over the baseline, or at least
 * 70 % upward steps among the last 10 to 20 points; never with fewer than 10.
 *
 * @param points - memory in any unit, oldest first
 * @param baseline - what was normal; null takes the median of the older half of the points
 */
export function leakTest(points: readonly number[], baseline: number | null): boolean {
  if (points.length < LEAST_POINTS) return false;
  const before = baseline ?? median(points.slice(0, Math.floor(points.length / 2)));
  const grew = before > 0 && median(points.slice(-3)) > before * (1 + GROWTH);
  const recent = points.slice(-MOST_POINTS);
  const upward = recent.filter((point, index) => index > 0 && point > (recent[index - 1] ?? point));
  return grew || upward.length >= UPWARD * (recent.length - 1);
}

/** Keep the memory of the last samples, for {@link leakTest}. */
export function createMemoryHistory(): MemoryHistory {
  let points: number[] = [];
  let baseline: number | null = null;
  return {
    add(bytes) {
      points.push(bytes);
      if (points.length > KEPT_POINTS) points.shift();
    },
    isLeaking: () => leakTest(points, baseline),
    setBaseline(bytes) {
      points = [];
      baseline = bytes;
    },
  };
}
