import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldWindow } from '../../../lib/domain/health/fold.js';
import type { Sample } from '../../../lib/domain/metrics.js';
import { instant, START, samplesOf } from '../series.js';

const options = { intervalS: 60, firstAt: null };

function sample(seconds: number, values: Record<string, number>, instance = ''): Sample {
  return { at: instant(seconds), instance, values };
}

describe('foldWindow', () => {
  it('folds nothing into an empty window', () => {
    expect(foldWindow([], options)).toEqual({
      series: {},
      cadenceS: 60,
      points: 0,
      lastAt: null,
      firstAt: null,
      instances: [],
    });
  });

  it('keeps one sample with the cadence that it is told', () => {
    const window = foldWindow([sample(0, { cpu_usage: 5 }, 'a')], { ...options, cadenceS: 10 });
    expect(window).toEqual({
      series: { cpu_usage: { at: [START.getTime()], y: [5], instance: ['a'] } },
      cadenceS: 10,
      points: 1,
      lastAt: START,
      firstAt: START,
      instances: ['a'],
    });
  });

  it.each([
    { metric: 'cpu_usage', y: 80, instance: 'b' },
    { metric: 'latency_ms', y: 80, instance: 'b' },
    { metric: 'queue_depth', y: 80, instance: 'b' },
    { metric: 'error_rate', y: 50, instance: 'b' },
  ])('folds the instances of $metric into $y of $instance', ({ metric, y, instance }) => {
    const window = foldWindow(
      [
        ...samplesOf([20, 20, 20], { metric, instance: 'a' }),
        ...samplesOf([80, 80, 80], { metric, instance: 'b' }),
      ],
      options,
    );
    expect(window.series[metric]?.y).toEqual([y, y, y]);
    expect(window.series[metric]?.instance).toEqual([instance, instance, instance]);
    expect(window.instances).toEqual(['a', 'b']);
    expect(window.points).toBe(3);
  });

  it('names the first instance by name among equals', () => {
    const window = foldWindow(
      [sample(0, { cpu_usage: 5 }, 'b'), sample(0, { cpu_usage: 5 }, 'a')],
      options,
    );
    expect(window.series['cpu_usage']?.instance).toEqual(['a']);
  });

  it.each([
    { name: 'the higher first', order: [70, 20] },
    { name: 'the lower first', order: [20, 70] },
  ])('takes the higher of two values for one instant, $name', ({ order }) => {
    for (const metric of ['cpu_usage', 'error_rate']) {
      const twice = order.map((value) => sample(0, { [metric]: value }));
      expect(foldWindow(twice, options).series[metric]?.y).toEqual([70]);
    }
  });

  it('learns the median gap of an instance, not the gap between instances', () => {
    const window = foldWindow(
      [
        ...samplesOf([1, 1, 1, 1], { instance: 'a', cadenceS: 30 }),
        ...samplesOf([2, 2, 2, 2], { instance: 'b', cadenceS: 30 }).map((one) => ({
          ...one,
          at: new Date(one.at.getTime() + 7000),
        })),
      ],
      options,
    );
    expect(window.cadenceS).toBe(30);
    expect(window.series['memory_usage']?.y).toEqual([2, 2, 2, 2]);
  });

  it('does not take the pieces of one instant for a cadence', () => {
    const window = foldWindow(
      [0, 60, 120, 180].flatMap((seconds) => [
        sample(seconds, { cpu_usage: 5 }),
        sample(seconds + 0.2, { memory_usage: 50 }),
      ]),
      options,
    );
    expect(window.cadenceS).toBe(60);
    expect(window.points).toBe(4);
  });

  it.each([
    { cadenceS: 1, learned: 1 },
    { cadenceS: 0.1, learned: 0.5 },
    { cadenceS: 300, learned: 300 },
    { cadenceS: 7200, learned: 900 },
  ])('learns $learned s from samples $cadenceS s apart', ({ cadenceS, learned }) => {
    const window = foldWindow(samplesOf([1, 2, 3, 4, 5], { cadenceS }), options);
    expect(window.cadenceS).toBe(learned);
  });

  it('lets what the samples show win over the cadence that it is told', () => {
    const window = foldWindow(samplesOf([1, 2, 3]), { ...options, cadenceS: 10 });
    expect(window.cadenceS).toBe(60);
  });

  it('is not led astray by an outage', () => {
    const late = samplesOf([1, 2, 3]).map((one) => ({
      ...one,
      at: new Date(one.at.getTime() + 3_600_000),
    }));
    const window = foldWindow([...samplesOf([1, 2, 3]), ...late], options);
    expect(window.cadenceS).toBe(60);
    expect(window.points).toBe(6);
  });

  it('keeps jittering samples apart, each at its own time', () => {
    const times = [0, 61, 118, 183, 240];
    const window = foldWindow(
      times.map((seconds, index) => sample(seconds, { cpu_usage: index })),
      options,
    );
    expect(window.series['cpu_usage']).toEqual({
      at: times.map((seconds) => instant(seconds).getTime()),
      y: [0, 1, 2, 3, 4],
      instance: ['', '', '', '', ''],
    });
  });

  it('leaves out what is not finite, metric by metric', () => {
    const window = foldWindow(
      [
        sample(0, { cpu_usage: Number.NaN, memory_usage: 40 }),
        sample(60, { cpu_usage: Number.POSITIVE_INFINITY }),
        sample(120, {}),
        { at: new Date(Number.NaN), instance: '', values: { cpu_usage: 1 } },
      ],
      options,
    );
    expect(Object.keys(window.series)).toEqual(['memory_usage']);
    expect(window.lastAt).toEqual(START);
  });

  it('keeps a metric whose name means something to JavaScript', () => {
    const hostile = JSON.parse('{"__proto__": 3, "constructor": 4}');
    const window = foldWindow([{ at: START, instance: '', values: hostile }], options);
    expect(Object.keys(window.series)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(window.series)).toBe(Object.prototype);
  });

  it.each([
    { firstAt: instant(-500), is: instant(-500) },
    { firstAt: instant(500), is: START },
    { firstAt: null, is: START },
  ])('takes $is as the first sample when $firstAt is stored', ({ firstAt, is }) => {
    expect(foldWindow(samplesOf([1, 2]), { intervalS: 60, firstAt }).firstAt).toEqual(is);
  });
});

const anySample = fc.record({
  at: fc.integer({ min: 0, max: 600 }).map(instant),
  instance: fc.constantFrom('', 'a', 'b'),
  values: fc.dictionary(
    fc.constantFrom('cpu_usage', 'error_rate', 'latency_ms', 'depth'),
    fc.oneof(fc.double({ min: 0, max: 100, noNaN: true }), fc.constant(Number.NaN)),
  ),
});
const anySamples = fc.array(anySample, { maxLength: 40 });

describe('foldWindow, for any samples', () => {
  it('does not see their order or repetition', () => {
    const shuffled = anySamples.chain((samples) =>
      fc.tuple(
        fc.constant(samples),
        fc.shuffledSubarray([...samples, ...samples.slice(0, 5)], {
          minLength: samples.length + Math.min(5, samples.length),
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([samples, again]) => {
        expect(foldWindow(again, options)).toEqual(foldWindow(samples, options));
      }),
    );
  });

  it('gives strictly increasing times and arrays of one length', () => {
    fc.assert(
      fc.property(anySamples, (samples) => {
        for (const { at, y, instance } of Object.values(foldWindow(samples, options).series)) {
          expect([y.length, instance.length]).toEqual([at.length, at.length]);
          expect(y.every(Number.isFinite)).toBe(true);
          expect(at).toEqual([...new Set(at)].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('moves with the clock and changes nothing else', () => {
    fc.assert(
      fc.property(anySamples, fc.integer({ min: -1e9, max: 1e9 }), (samples, shift) => {
        const moved = samples.map((one) => ({ ...one, at: new Date(one.at.getTime() + shift) }));
        const { series, cadenceS, points } = foldWindow(samples, options);
        const other = foldWindow(moved, options);
        expect([other.cadenceS, other.points]).toEqual([cadenceS, points]);
        for (const [metric, { at, y }] of Object.entries(series)) {
          expect(other.series[metric]?.y).toEqual(y);
          expect(other.series[metric]?.at).toEqual(at.map((time) => time + shift));
        }
      }),
    );
  });
});
