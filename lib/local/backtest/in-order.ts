import type { Column, Copy } from '../../flows/replay/history.js';

function isIncreasing(at: Float64Array): boolean {
  for (let i = 1; i < at.length; i += 1) {
    if (!((at[i] ?? 0) > (at[i - 1] ?? 0))) return false;
  }
  return true;
}

/** The places of some instants, oldest first, and the row that each of them comes to. */
function rowsOf(at: Float64Array): { order: Uint32Array; row: Uint32Array; times: number[] } {
  const order = Uint32Array.from(at, (_, i) => i).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
  const row = new Uint32Array(order.length);
  const times: number[] = [];
  for (const [i, place] of order.entries()) {
    const time = at[place] ?? Number.NaN;
    if (times.at(-1) !== time) times.push(time);
    row[i] = times.length - 1;
  }
  return { order, row, times };
}

/**
 * Put the rows of one copy in the order of time. Of two rows for one instant the worse value of each metric
 * stands, as it does in a window.
 */
export function inOrder(instance: string, at: Float64Array, columns: readonly Column[]): Copy {
  if (isIncreasing(at)) {
    const own = columns.map(({ metric, values }) => ({ metric, values: values.slice() }));
    return { instance, at: at.slice(), columns: own };
  }
  const { order, row, times } = rowsOf(at);
  const merge = (values: Float64Array): Float64Array => {
    const merged = new Float64Array(times.length).fill(Number.NaN);
    for (const [i, place] of order.entries()) {
      const value = values[place] ?? Number.NaN;
      const to = row[i] ?? 0;
      // A value that is there stands unless this one is worse; NaN is worse than nothing.
      if (!((merged[to] ?? Number.NaN) >= value) && !Number.isNaN(value)) merged[to] = value;
    }
    return merged;
  };
  return {
    instance,
    at: Float64Array.from(times),
    columns: columns.map(({ metric, values }) => ({ metric, values: merge(values) })),
  };
}
