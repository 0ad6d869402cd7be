import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldLines, foldWindow } from '../../../lib/domain/health/fold.js';
import { linesOf } from '../../../lib/domain/health/lines.js';
import type { Sample } from '../../../lib/domain/metrics.js';
import { instant } from '../series.js';

function sample(seconds: number, values: Record<string, number>, instance = ''): Sample {
  return { at: instant(seconds), instance, values };
}

const ms = (seconds: number): number => instant(seconds).getTime();

describe('linesOf', () => {
  it('draws no line of nothing', () => {
    expect(linesOf([])).toEqual([]);
    expect(linesOf([sample(0, { cpu_usage: Number.NaN }), sample(1, {})])).toEqual([]);
  });

  it('draws a line for each metric of each instance, in the order of time', () => {
    const samples = [
      sample(60, { cpu_usage: 2, depth: 7 }, 'a'),
      sample(0, { cpu_usage: 1 }, 'a'),
      sample(30, { cpu_usage: 5 }, 'b'),
    ];
    expect(linesOf(samples)).toEqual([
      { metric: 'cpu_usage', instance: 'a', at: [ms(0), ms(60)], y: [1, 2] },
      { metric: 'depth', instance: 'a', at: [ms(60)], y: [7] },
      { metric: 'cpu_usage', instance: 'b', at: [ms(30)], y: [5] },
    ]);
  });

  it('finds order where an instant that is none stands between', () => {
    const none = { at: new Date(Number.NaN), instance: '', values: { cpu_usage: 9 } };
    const [line] = linesOf([sample(60, { cpu_usage: 2 }), none, sample(0, { cpu_usage: 1 })]);
    expect(line?.y).toEqual([1, 2]);
  });

  it.each([
    [0, -0],
    [-0, 0],
    [-0, -0],
  ])('knows one zero, not %d and %d', (first, second) => {
    const [line] = linesOf([sample(0, { depth: first }), sample(0, { depth: second })]);
    expect(line?.y).toEqual([0]);
  });

  it('shares the instants of metrics that came together', () => {
    const [cpu, memory] = linesOf([0, 60].map((at) => sample(at, { cpu_usage: 1, depth: 2 })));
    expect(cpu?.at).toBe(memory?.at);
  });
});

const times = fc.uniqueArray(fc.integer({ min: 0, max: 3000 }), { maxLength: 60 });
const values = fc.record(
  {
    cpu_usage: fc.double({ min: 0, max: 100, noNaN: true }),
    error_rate: fc.double({ min: 0, max: 1, noNaN: true }),
    depth: fc.constantFrom(1, Number.NaN),
  },
  { requiredKeys: [] },
);

describe('foldLines, of one instance in order', () => {
  it('gives the window of the same samples in any order', () => {
    const given = times.chain((at) =>
      fc.tuple(
        ...at.toSorted((a, b) => a - b).map((second) => values.map((one) => sample(second, one))),
      ),
    );
    const options = { intervalS: 60, firstAt: null };
    fc.assert(
      fc.property(given, (samples) => {
        const window = foldLines(linesOf(samples), options);
        expect(window).toEqual(foldWindow(samples.toReversed(), options));
      }),
    );
  });
});
