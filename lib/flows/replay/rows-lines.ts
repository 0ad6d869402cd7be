import type { Line } from '../../domain/health/lines.js';
import type { Column, Copy } from './history.js';

/** How many values of a column are missing before each row, and after the last. */
function missingBefore({ values }: Column): Uint32Array {
  const counts = new Uint32Array(values.length + 1);
  for (let i = 0; i < values.length; i += 1) {
    counts[i + 1] = (counts[i] ?? 0) + (Number.isNaN(values[i]) ? 1 : 0);
  }
  return counts;
}

function numbersOf(values: Float64Array, from: number, until: number): number[] {
  const numbers = new Array<number>(until - from);
  // Adding 0 makes a negative zero an ordinary one, as in a line that is drawn from samples.
  for (let i = from; i < until; i += 1) numbers[i - from] = (values[i] ?? Number.NaN) + 0;
  return numbers;
}

/** Draws the lines of some rows that follow one another, the last one not included. */
export type RowsLines = (from: number, until: number) => Line[];

/**
 * Draw lines from columns: where nothing is missing they are copied as they are, and share their instants.
 */
export function rowsLines({ instance, at, columns }: Copy): RowsLines {
  const counted = columns.map((column) => ({ ...column, missing: missingBefore(column) }));
  return (from, until) => {
    const instants = numbersOf(at, from, until);
    return counted.flatMap(({ metric, values, missing }): Line[] => {
      const gone = (missing[until] ?? 0) - (missing[from] ?? 0);
      if (gone === until - from) return [];
      const y = numbersOf(values, from, until);
      if (gone === 0) return [{ metric, instance, at: instants, y }];
      const there = (_: number, i: number): boolean => !Number.isNaN(y[i]);
      return [{ metric, instance, at: instants.filter(there), y: y.filter(there) }];
    });
  };
}
