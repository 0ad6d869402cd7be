import * as z from 'zod';

/**
 * A sum of trees as it is kept: each tree is complete, its splits stand level by level, its leaves from
 * left to right. A row goes right where its feature is at or above the edge.
 */
export const ForestData = z.strictObject({
  depth: z.number().int().min(1).max(6),
  base: z.number(),
  feature: z.array(z.number().int().nonnegative()),
  edge: z.array(z.number()),
  leaf: z.array(z.number()),
});
export type ForestData = z.infer<typeof ForestData>;

/** A sum of trees, ready to be asked: a row of features to the sum of its leaves. */
export type Forest = (features: readonly number[]) => number;

/**
 * Make a forest from its data.
 *
 * @throws {RangeError} when the numbers of splits and leaves do not fit together
 */
export function forestOf({ depth, base, feature, edge, leaf }: ForestData): Forest {
  const splits = 2 ** depth - 1;
  const trees = feature.length / splits;
  if (edge.length !== feature.length || leaf.length !== trees * (splits + 1)) {
    throw new RangeError(`${feature.length} splits and ${leaf.length} leaves are no trees`);
  }
  const features = Uint16Array.from(feature);
  const edges = Float64Array.from(edge);
  const leaves = Float64Array.from(leaf);
  /** Place of the leaf that a row ends in, counted from the tree's first split. */
  const leafOf = (row: readonly number[], first: number): number => {
    let place = 0;
    while (place < splits) {
      const at = first + place;
      place = 2 * place + ((row[features[at] ?? 0] ?? 0) >= (edges[at] ?? 0) ? 2 : 1);
    }
    return place - splits;
  };
  return (row) => {
    let sum = base;
    for (let tree = 0; tree < trees; tree += 1) {
      sum += leaves[tree * (splits + 1) + leafOf(row, tree * splits)] ?? 0;
    }
    return sum;
  };
}
