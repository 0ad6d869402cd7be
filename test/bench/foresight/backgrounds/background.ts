import type { Sample } from '../../../../lib/domain/metrics.js';
import type { Copy } from '../../../../lib/flows/replay/history.js';
import { readFailures } from '../../../../lib/local/backtest/failures-file.js';
import { readSamples } from '../../../../lib/local/backtest/samples-file.js';

/** A real component's series. */
export interface Background {
  readonly component: string;
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** When it really failed, milliseconds since the epoch; none is taken for health. */
  readonly failures: readonly number[];
}

/** Where backgrounds come from. */
export interface Source {
  readonly file: string;
  /** A file of `component,at`; null when nothing failed. */
  readonly failures: string | null;
  /**
   * What one second of the file counts for: a recording of an hour can stand for days. 1 is real time.
   */
  readonly stretch: number;
}

function samplesOf(copies: readonly Copy[], stretched: (at: number) => number): Sample[] {
  const samples = copies.flatMap(({ instance, at, columns }) =>
    [...at].map((instant, i) => ({
      at: new Date(stretched(instant)),
      instance,
      values: Object.fromEntries(
        columns.flatMap(({ metric, values }) => {
          const value = values[i];
          return value === undefined || Number.isNaN(value) ? [] : [[metric, value]];
        }),
      ),
    })),
  );
  return samples.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/**
 * Read the real series of a file, `component,at,<metrics>`, as a backtest does.
 *
 * @throws {Error} in one line, when a file cannot be read
 */
export async function readBackgrounds({ file, failures, stretch }: Source): Promise<Background[]> {
  const read = await readSamples(file, () => undefined);
  const failed = failures === null ? null : await readFailures(failures, new Set(read.keys()));
  const first = Math.min(...[...read.values()].flat().flatMap(({ at }) => at[0] ?? []));
  const stretched = (at: number): number => first + (at - first) * stretch;
  return [...read].map(([component, copies]) => ({
    component,
    samples: samplesOf(copies, stretched),
    failures: (failed?.get(component) ?? []).map(stretched),
  }));
}
