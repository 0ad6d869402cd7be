import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldLines, foldWindow } from '../../../lib/domain/health/fold.js';
import type { Sample } from '../../../lib/domain/metrics.js';
import type { Copy } from '../../../lib/flows/replay/history.js';
import { recentSamples } from '../../../lib/flows/replay/recent-samples.js';

const SECOND = 1000;

/** A copy of rows: seconds and values; NaN is missing. */
function copyOf(rows: readonly (readonly [second: number, cpu: number, errors: number])[]): Copy {
  const column = (place: 1 | 2) => Float64Array.from(rows, (row) => row[place]);
  return {
    instance: 'a',
    at: Float64Array.from(rows, ([second]) => second * SECOND),
    columns: [
      { metric: 'cpu_usage', values: column(1) },
      { metric: 'error_rate', values: column(2) },
    ],
  };
}

const seconds = (samples: readonly Sample[]): number[] =>
  samples.map(({ at }) => at.getTime() / SECOND);

describe('recentSamples', () => {
  const settings = { windowS: 100, windowPoints: 3 };
  const at = (second: number): Date => new Date(second * SECOND);

  it('reads nothing that came later, or lies before the window, and the newest points alone', () => {
    const read = recentSamples(copyOf([0, 50, 100, 101, 150, 200].map((s) => [s, 1, 0])), settings);
    expect(seconds(read(at(-1), null).samples)).toEqual([]);
    expect(seconds(read(at(50), null).samples)).toEqual([0, 50]);
    expect(seconds(read(at(100), null).samples)).toEqual([50, 100]);
    expect(seconds(read(at(140), null).samples)).toEqual([50, 100, 101]);
    expect(seconds(read(at(200), null).samples)).toEqual([101, 150, 200]);
    expect(seconds(read(at(400), null).samples)).toEqual([]);
  });

  it('begins anew where an action has changed what the metrics mean', () => {
    const read = recentSamples(copyOf([0, 50, 60].map((s) => [s, 1, 0])), settings);
    expect(seconds(read(at(60), at(50)).samples)).toEqual([60]);
  });

  it('leaves missing values out', () => {
    const read = recentSamples(copyOf([[0, Number.NaN, 0.1]]), settings);
    expect(read(at(0), null).samples[0]?.values).toEqual({ error_rate: 0.1 });
  });

  const value = fc.oneof(fc.double({ min: -0, max: 1, noNaN: true }), fc.constant(Number.NaN));
  const rows = fc
    .uniqueArray(fc.integer({ min: 0, max: 2000 }), { maxLength: 80 })
    .chain((all) =>
      fc.tuple(
        ...all
          .toSorted((a, b) => a - b)
          .map((second) => fc.tuple(fc.constant(second), value, value)),
      ),
    );

  it('draws lines that fold to the very window of the samples, at each of any instants', () => {
    const instants = fc.array(fc.integer({ min: 0, max: 2500 }), { maxLength: 12 });
    fc.assert(
      fc.property(rows, instants, fc.integer({ min: 5, max: 40 }), (all, looks, windowPoints) => {
        const read = recentSamples(copyOf(all), { windowS: 600, windowPoints });
        for (const look of looks.toSorted((a, b) => a - b)) {
          const { samples, lines } = read(at(look), null);
          const options = { intervalS: 60, firstAt: null };
          expect(foldLines(lines, options)).toEqual(foldWindow(samples, options));
        }
      }),
    );
  });
});
