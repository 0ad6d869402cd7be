/** Points of a map of probabilities, increasing in what comes in, never decreasing in what comes out. */
export type Knots = readonly (readonly [number, number])[];

/** Where a line through some points leads, from (0, 0) to (1, 1) outside them. @param p - 0 to 1 */
export function onKnots(knots: Knots, p: number): number {
  let [lowX, lowY] = [0, 0];
  for (const [x, y] of [...knots, [1, 1] as const]) {
    if (p <= x) return x === lowX ? y : lowY + ((y - lowY) * (p - lowX)) / (x - lowX);
    [lowX, lowY] = [x, y];
  }
  return p;
}
