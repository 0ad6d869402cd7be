/** Rows of features, column by column, in bins. */
export interface Binned {
  readonly rows: number;
  /** Bin of each row, one array per feature. */
  readonly bins: readonly Uint8Array[];
  /** Upper edges of the bins of each feature, increasing: a value is in the first bin whose edge it is below. */
  readonly edges: readonly Float64Array[];
}

/** Most bins of a feature. */
export const BINS = 96;

/** Values that the edges are taken from, at most. */
const LOOKED_AT = 100_000;

/** Sort the values of each feature into bins. */
export function binned(columns: readonly Float32Array[]): Binned {
  const rows = columns[0]?.length ?? 0;
  const edges = columns.map(edgesOf);
  const bins = columns.map((column, f) => {
    const of = edges[f] ?? new Float64Array();
    const out = new Uint8Array(rows);
    for (let i = 0; i < rows; i += 1) out[i] = binOf(of, column[i] ?? 0);
    return out;
  });
  return { rows, bins, edges };
}

/** Edges at equal shares of the rows and at equal distances: what is rare may be what matters. */
function edgesOf(column: Float32Array): Float64Array {
  const step = Math.max(1, Math.floor(column.length / LOOKED_AT));
  const sample = column.filter((_, i) => i % step === 0).sort();
  const at = (share: number): number =>
    sample[Math.min(sample.length - 1, Math.floor(share * sample.length))] ?? 0;
  const half = BINS / 2;
  const [low, high] = [at(0.0005), at(0.9995)];
  const wanted: number[] = [];
  for (let i = 1; i < half; i += 1) {
    wanted.push(at(i / half), low + ((high - low) * i) / half);
  }
  const rounded = wanted.map((edge) => Number(edge.toPrecision(3))).sort((a, b) => a - b);
  return Float64Array.from(rounded.filter((edge, i) => i === 0 || edge > (rounded[i - 1] ?? 0)));
}

function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value < (edges[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
