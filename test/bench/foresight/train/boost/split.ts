import { BINS } from './binned.js';
import type { Lesson, Manner, Slopes } from './lesson.js';

/** A node of a tree that grows, with the bounds that the splits above it set. */
export interface Node {
  readonly low: number;
  readonly high: number;
}

/** Where a node is best split; a feature below 0 is nowhere. */
export interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  /** What its sides would answer. */
  readonly left: number;
  readonly right: number;
}

const NOWHERE: Split = { gain: 0, feature: -1, bin: 0, left: 0, right: 0 };

/** Sums of the slopes by node and bin of one feature. */
interface Sums {
  readonly g: Float64Array;
  readonly h: Float64Array;
}

/** Which rows a tree looks at, and the node that each of them is in. */
export interface Rows {
  readonly chosen: Int32Array;
  readonly node: Int32Array;
}

function sumsOf(column: Uint8Array, { chosen, node }: Rows, slopes: Slopes, nodes: number): Sums {
  const g = new Float64Array(nodes * BINS);
  const h = new Float64Array(nodes * BINS);
  for (const row of chosen) {
    const cell = (node[row] ?? 0) * BINS + (column[row] ?? 0);
    g[cell] = (g[cell] ?? 0) + (slopes.g[row] ?? 0);
    h[cell] = (h[cell] ?? 0) + (slopes.h[row] ?? 0);
  }
  return { g, h };
}

const held = (value: number, { low, high }: Node): number => Math.min(high, Math.max(low, value));

/** A feature that is tried for a node. */
interface Trial {
  readonly feature: number;
  readonly edges: number;
  readonly sign: number;
  /** Where the node's bins begin. */
  readonly from: number;
}

function total(of: Float64Array, from: number): number {
  let sum = 0;
  for (let bin = from; bin < from + BINS; bin += 1) sum += of[bin] ?? 0;
  return sum;
}

/** The best split of one node by one feature, or the one that is known already. */
function better(known: Split, node: Node, sums: Sums, trial: Trial, manner: Manner): Split {
  const { ridge, leastLeaf } = manner;
  const { feature, edges, sign, from } = trial;
  const [gAll, hAll] = [total(sums.g, from), total(sums.h, from)];
  const whole = (gAll * gAll) / (hAll + ridge);
  let best = known;
  let [g, h] = [0, 0];
  for (let bin = 0; bin < edges; bin += 1) {
    g += sums.g[from + bin] ?? 0;
    h += sums.h[from + bin] ?? 0;
    const [gRight, hRight] = [gAll - g, hAll - h];
    if (h < leastLeaf || hRight < leastLeaf) continue;
    const gain = (g * g) / (h + ridge) + (gRight * gRight) / (hRight + ridge) - whole;
    if (gain <= best.gain) continue;
    const left = held(-g / (h + ridge), node);
    const right = held(-gRight / (hRight + ridge), node);
    if (sign * (right - left) >= 0) best = { gain, feature, bin, left, right };
  }
  return best;
}

/**
 * The best split of each node of a level, by any of some features, that keeps to the signs.
 *
 * @param features - indices of the features to try
 */
export function bestSplits(
  { data, signs }: Lesson,
  { nodes, rows, slopes, features }: Level,
  manner: Manner,
): Split[] {
  let best = nodes.map(() => NOWHERE);
  for (const feature of features) {
    const sums = sumsOf(data.bins[feature] ?? new Uint8Array(), rows, slopes, nodes.length);
    const edges = data.edges[feature]?.length ?? 0;
    best = nodes.map((node, n) => {
      const trial = { feature, edges, sign: signs[feature] ?? 0, from: n * BINS };
      return better(best[n] ?? NOWHERE, node, sums, trial, manner);
    });
  }
  return best;
}

/** A level of a tree that grows. */
export interface Level {
  readonly nodes: readonly Node[];
  readonly rows: Rows;
  readonly slopes: Slopes;
  readonly features: readonly number[];
}
