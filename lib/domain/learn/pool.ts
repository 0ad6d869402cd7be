/** A run of neighbours that share one value. */
export interface Block {
  /** Weighted mean of the places of its points. */
  readonly x: number;
  readonly from: number;
  readonly to: number;
  /** Weighted mean of their values. */
  readonly y: number;
  readonly weight: number;
  /** Indices of its points in the input: from `first` up to, not including, `end`. */
  readonly first: number;
  readonly end: number;
}

function joined(a: Block, b: Block): Block {
  const weight = a.weight + b.weight;
  return {
    x: (a.x * a.weight + b.x * b.weight) / weight,
    from: a.from,
    to: b.to,
    y: (a.y * a.weight + b.y * b.weight) / weight,
    weight,
    first: a.first,
    end: b.end,
  };
}

/**
 * The rising step function that lies nearest to some points, by least squares: pool adjacent
 * violators. Points at one place are one.
 *
 * @param points - in order of `x`; weights above 0
 * @returns blocks with `y` strictly rising
 * @see Ayer et al., "An empirical distribution function for sampling with incomplete information",
 * 1955; for calibration Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass
 * probability estimates", 2002
 */
export function poolAdjacent(
  points: readonly { readonly x: number; readonly y: number; readonly weight: number }[],
): Block[] {
  const blocks: Block[] = [];
  for (const [i, { x, y, weight }] of points.entries()) {
    let block: Block = { x, from: x, to: x, y, weight, first: i, end: i + 1 };
    for (let last = blocks.at(-1); last !== undefined; last = blocks.at(-1)) {
      if (last.y < block.y && last.to < block.from) break;
      blocks.pop();
      block = joined(last, block);
    }
    blocks.push(block);
  }
  return blocks;
}
