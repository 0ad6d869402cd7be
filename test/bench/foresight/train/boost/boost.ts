import type { ForestData } from '../../../../../lib/domain/predict/forest.js';
import type { Binned } from './binned.js';
import { grow } from './grow.js';
import type { Lesson, Manner, Slopes, Tree } from './lesson.js';

function baseOf({ target, weight, kind }: Lesson): number {
  let [sum, all] = [0, 0];
  for (const [row, w] of weight.entries()) {
    sum += w * (target[row] ?? 0);
    all += w;
  }
  if (kind === 'square') return sum / all;
  const share = Math.min(0.99, Math.max(1e-4, sum / all));
  return Math.log(share / (1 - share));
}

function slopesOf({ kind, target, weight }: Lesson, score: Float64Array, { g, h }: Slopes): void {
  for (let row = 0; row < score.length; row += 1) {
    const [w, y, s] = [weight[row] ?? 0, target[row] ?? 0, score[row] ?? 0];
    const p = kind === 'square' ? s : 1 / (1 + Math.exp(-s));
    g[row] = w * (p - y);
    h[row] = kind === 'square' ? w : Math.max(1e-9, w * p * (1 - p));
  }
}

/** Place of the leaf that a row ends in. */
function leafOf({ feature, edge }: Tree, { bins, edges }: Binned, row: number): number {
  const splits = feature.length;
  let place = 0;
  while (place < splits) {
    const f = feature[place] ?? 0;
    const bin = bins[f]?.[row] ?? 0;
    // The bin's lower edge is the upper one of the bin before.
    const low = bin === 0 ? Number.NEGATIVE_INFINITY : (edges[f]?.[bin - 1] ?? 0);
    place = 2 * place + (low >= (edge[place] ?? 0) ? 2 : 1);
  }
  return place - splits;
}

/**
 * Learn a forest by gradient boosting with second-order leaves and monotone splits.
 *
 * @see Chen & Guestrin, "XGBoost: A Scalable Tree Boosting System" (2016), section 2.2
 */
export function boost(lesson: Lesson, manner: Manner): ForestData {
  const { rows } = lesson.data;
  const base = baseOf(lesson);
  const score = new Float64Array(rows).fill(base);
  const slopes = { g: new Float64Array(rows), h: new Float64Array(rows) };
  const trees: Tree[] = [];
  for (let n = 0; n < manner.trees; n += 1) {
    slopesOf(lesson, score, slopes);
    const tree = grow(lesson, slopes, manner);
    for (let row = 0; row < rows; row += 1) {
      score[row] = (score[row] ?? 0) + (tree.leaf[leafOf(tree, lesson.data, row)] ?? 0);
    }
    trees.push(tree);
  }
  return {
    depth: manner.depth,
    base: Number(base.toPrecision(6)),
    feature: trees.flatMap(({ feature }) => feature),
    edge: trees.flatMap(({ edge }) => edge),
    leaf: trees.flatMap(({ leaf }) => leaf),
  };
}
