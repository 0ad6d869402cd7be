import type { Binned } from './binned.js';
import { type Lesson, type Manner, NO_EDGE, type Slopes, type Tree } from './lesson.js';
import { bestSplits, type Node, type Rows, type Split } from './split.js';

/** Indices for which chance says yes. */
function drawn(count: number, share: number, random: () => number): number[] {
  const found: number[] = [];
  for (let i = 0; i < count; i += 1) if (random() < share) found.push(i);
  return found;
}

/** The two nodes below one: where the sign binds, neither may cross the middle between them. */
function below(node: Node, split: Split, sign: number): [Node, Node] {
  if (split.feature < 0 || sign === 0) return [node, node];
  const middle = (split.left + split.right) / 2;
  return sign > 0
    ? [
        { low: node.low, high: middle },
        { low: middle, high: node.high },
      ]
    : [
        { low: middle, high: node.high },
        { low: node.low, high: middle },
      ];
}

function moveDown({ chosen, node }: Rows, splits: readonly Split[], { bins }: Binned): void {
  for (const row of chosen) {
    const n = node[row] ?? 0;
    const split = splits[n];
    const isRight =
      split !== undefined && split.feature >= 0 && (bins[split.feature]?.[row] ?? 0) > split.bin;
    node[row] = 2 * n + (isRight ? 1 : 0);
  }
}

/** What each leaf answers: one step of Newton's, damped, within its bounds. */
function leavesOf(nodes: readonly Node[], rows: Rows, slopes: Slopes, manner: Manner): number[] {
  const g = new Float64Array(nodes.length);
  const h = new Float64Array(nodes.length);
  for (const row of rows.chosen) {
    const n = rows.node[row] ?? 0;
    g[n] = (g[n] ?? 0) + (slopes.g[row] ?? 0);
    h[n] = (h[n] ?? 0) + (slopes.h[row] ?? 0);
  }
  return nodes.map(({ low, high }, n) => {
    const step = -(g[n] ?? 0) / ((h[n] ?? 0) + manner.ridge);
    return Number((manner.rate * Math.min(high, Math.max(low, step))).toPrecision(4));
  });
}

/** Grow one complete tree, level by level. */
export function grow(lesson: Lesson, slopes: Slopes, manner: Manner): Tree {
  const { data, signs } = lesson;
  const { random } = manner;
  const rows: Rows = {
    chosen: Int32Array.from(drawn(data.rows, manner.rowShare, random)),
    node: new Int32Array(data.rows),
  };
  const features = drawn(data.bins.length, manner.featureShare, random);
  const feature: number[] = [];
  const edge: number[] = [];
  let nodes: Node[] = [{ low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }];
  for (let level = 0; level < manner.depth; level += 1) {
    const splits = bestSplits(lesson, { nodes, rows, slopes, features }, manner);
    for (const split of splits) {
      feature.push(Math.max(0, split.feature));
      edge.push(split.feature < 0 ? NO_EDGE : (data.edges[split.feature]?.[split.bin] ?? NO_EDGE));
    }
    moveDown(rows, splits, data);
    nodes = nodes.flatMap((node, n) => {
      const split = splits[n];
      return split === undefined ? [node, node] : below(node, split, signs[split.feature] ?? 0);
    });
  }
  return { feature, edge, leaf: leavesOf(nodes, rows, slopes, manner) };
}
