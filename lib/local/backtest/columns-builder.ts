import type { Copy } from '../../flows/replay/history.js';
import { inOrder } from './in-order.js';

/** The columns of one copy as they grow; rows may come in any order, and twice. */
export interface ColumnsBuilder {
  /** @param values - one for each metric of the file; NaN where it is missing */
  add(at: number, values: Float64Array): void;
  /** Put the rows in order: of two for one instant the worse value of each metric stands. */
  build(instance: string): Copy;
}

const FIRST_ROWS = 1024;

function grown(column: Float64Array, rows: number): Float64Array {
  const wider = new Float64Array(rows).fill(Number.NaN);
  wider.set(column);
  return wider;
}

/** Begin the columns of one copy. A metric that it never sends takes no room. */
export function columnsBuilder(metrics: readonly string[]): ColumnsBuilder {
  let size = 0;
  let at: Float64Array = new Float64Array(FIRST_ROWS);
  const columns: (Float64Array | undefined)[] = metrics.map(() => undefined);

  const makeRoom = (): void => {
    if (size < at.length) return;
    const rows = 2 * at.length;
    at = grown(at, rows);
    for (const [i, column] of columns.entries()) {
      if (column !== undefined) columns[i] = grown(column, rows);
    }
  };
  const put = (metric: number, value: number): void => {
    const column = columns[metric] ?? new Float64Array(at.length).fill(Number.NaN);
    columns[metric] = column;
    column[size] = value;
  };
  return {
    add(time, values) {
      makeRoom();
      at[size] = time;
      for (let i = 0; i < values.length; i += 1) {
        const value = values[i] ?? Number.NaN;
        if (!Number.isNaN(value)) put(i, value);
      }
      size += 1;
    },
    build: (instance) =>
      inOrder(
        instance,
        at.subarray(0, size),
        metrics.flatMap((metric, i) => {
          const values = columns[i]?.subarray(0, size);
          return values === undefined ? [] : [{ metric, values }];
        }),
      ),
  };
}
