import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldLines, foldWindow } from '../../../lib/domain/health/fold.js';
import type { Sample } from '../../../lib/domain/metrics.js';
import type { Copy } from '../../../lib/flows/replay/history.js';
import { type RecentRows, recentLines } from '../../../lib/flows/replay/recent-lines.js';

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

const seconds = ({ lines }: RecentRows): number[] =>
  (lines(-Infinity)[0]?.at ?? []).map((at) => at / SECOND);

/** What a sweep at a second would read, said once more in other words. */
function samplesAt(
  { instance, at, columns }: Copy,
  second: number,
  windowPoints: number,
): Sample[] {
  const all = [...at].map((time, i) => ({
    at: new Date(time),
    instance,
    values: Object.fromEntries(
      columns.map(({ metric, values }) => [metric, values[i] ?? Number.NaN]),
    ),
  }));
  return all
    .filter((one) => one.at.getTime() <= second * SECOND)
    .filter((one) => one.at.getTime() > (second - 600) * SECOND)
    .slice(-windowPoints);
}

describe('recentLines', () => {
  const settings = { windowS: 100, windowPoints: 3 };
  const at = (second: number): Date => new Date(second * SECOND);

  it('reads nothing that came later, or lies before the window, and the newest points alone', () => {
    const read = recentLines(copyOf([0, 50, 100, 101, 150, 200].map((s) => [s, 1, 0])), settings);
    expect(seconds(read(at(-1), null))).toEqual([]);
    expect(seconds(read(at(50), null))).toEqual([0, 50]);
    expect(seconds(read(at(100), null))).toEqual([50, 100]);
    expect(seconds(read(at(140), null))).toEqual([50, 100, 101]);
    expect(seconds(read(at(200), null))).toEqual([101, 150, 200]);
    expect(seconds(read(at(400), null))).toEqual([]);
  });

  it('begins anew where an action has changed what the metrics mean', () => {
    const read = recentLines(copyOf([0, 50, 60].map((s) => [s, 1, 0])), settings);
    expect(seconds(read(at(60), at(50)))).toEqual([60]);
  });

  it('tells since when nothing is missing, where there were more than a window takes', () => {
    const read = recentLines(copyOf([0, 50, 60, 70].map((s) => [s, 1, 0])), settings);
    expect(read(at(50), null)).toMatchObject({ count: 2, wholeSince: -Infinity });
    const full = read(at(70), null);
    expect(full).toMatchObject({ count: 3, wholeSince: 50 * SECOND });
    expect(full.lines(60 * SECOND)[0]?.at).toEqual([60 * SECOND, 70 * SECOND]);
    expect(full.lines(80 * SECOND)).toEqual([]);
  });

  it('leaves missing values out', () => {
    const read = recentLines(copyOf([[0, Number.NaN, 0.1]]), settings);
    expect(read(at(0), null).lines(-Infinity)).toEqual([
      { metric: 'error_rate', instance: 'a', at: [0], y: [0.1] },
    ]);
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
        const copy = copyOf(all);
        const read = recentLines(copy, { windowS: 600, windowPoints });
        for (const look of looks.toSorted((a, b) => a - b)) {
          const options = { intervalS: 60, firstAt: null };
          expect(foldLines(read(at(look), null).lines(-Infinity), options)).toEqual(
            foldWindow(samplesAt(copy, look, windowPoints), options),
          );
        }
      }),
    );
  });
});
