type Point = readonly [number, number];

/** The lowest and the highest of some points, in their order. */
function extremes(points: readonly Point[]): Point[] {
  const [first] = points;
  if (first === undefined) return [];
  const low = points.reduce((a, b) => (b[1] < a[1] ? b : a), first);
  const high = points.reduce((a, b) => (b[1] > a[1] ? b : a), first);
  if (low === high) return [low];
  return low[0] < high[0] ? [low, high] : [high, low];
}

/**
 * A series drawn with fewer points that looks the same: of each slice of time the lowest and the highest.
 *
 * @param at - increasing
 * @param slices - how many, at most; two points of each
 */
export function thinned(
  at: readonly number[],
  y: readonly number[],
  slices: number,
): readonly Point[] {
  const points = at.map((instant, i): Point => [instant, y[i] ?? Number.NaN]);
  if (points.length <= 2 * slices) return points;
  const [first, last] = [at[0] ?? 0, at.at(-1) ?? 0];
  const found = Array.from({ length: slices }, (): Point[] => []);
  for (const point of points) {
    const slice = Math.floor(((point[0] - first) / (last - first)) * slices);
    found[Math.min(slices - 1, slice)]?.push(point);
  }
  return found.flatMap(extremes);
}
