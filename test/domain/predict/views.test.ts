import { describe, expect, it } from 'vitest';
import type { MetricKind } from '../../../lib/domain/metrics.js';
import type { View } from '../../../lib/domain/predict/view.js';
import { type Trace, views } from '../../../lib/domain/predict/views.js';
import { values } from '../series.js';

function trace(kind: MetricKind, y: readonly number[], changes: Partial<Trace> = {}): Trace {
  return {
    kind,
    t: y.map((_, index) => 60 * (index + 1 - y.length)),
    y,
    limit: 97.5,
    smoothS: 900,
    survivedFrom: 0,
    ...changes,
  };
}

function named(found: readonly View[], name: View['name']): View {
  const view = found.find((one) => one.name === name);
  if (view === undefined) throw new Error(`no view ${name}`);
  return view;
}

const names = (found: readonly View[]): string[] => found.map(({ name }) => name);
/** Six teeth of twenty points; the first one begins in its middle. */
const saw = values(120, (index) => 40 + 2 * ((index + 10) % 20));

describe('views', () => {
  it('are none for an unknown metric', () => {
    expect(views(trace('other', [1, 2, 3]), false)).toEqual([]);
  });

  it('see usage as it is, from its last drop on', () => {
    const y = values(40, (index) => (index < 25 ? 80 : 40));
    const [level, ...others] = views(trace('usage', y), false);
    expect(others).toEqual([]);
    expect(level).toMatchObject({ name: 'level', x: y, limit: 97.5, origin: 0, from: 25 });
    expect(level?.unit(12)).toBe(12);
  });

  it('see the floor of a sawtooth of at least five drops', () => {
    const found = views(trace('usage', saw), false);
    expect(names(found)).toEqual(['level', 'floor']);
    expect(named(found, 'floor').x).toEqual(values(6, () => 40));
    expect(named(found, 'floor').t).toEqual([-109, -89, -69, -49, -29, -9].map((m) => 60 * m));
    expect(names(views(trace('usage', saw.slice(0, 90)), false))).toEqual(['level']);
  });

  it('count the floors before the last failure', () => {
    const found = views(trace('usage', saw, { survivedFrom: 55 }), false);
    expect(named(found, 'level').survivedFrom).toBe(55);
    expect(named(found, 'floor').survivedFrom).toBe(3);
    const after = views(trace('usage', saw, { survivedFrom: 119 }), false);
    expect(named(after, 'floor').survivedFrom).toBe(6);
  });

  it('ask more points of what follows demand', () => {
    const points = (follows: boolean): number | undefined =>
      views(trace('usage', [1, 2, 3]), follows)[0]?.rules.minPoints;
    expect(points(false)).toBe(8);
    expect(points(true)).toBe(12);
  });

  it('see errors smoothed, in the logarithm and as they are', () => {
    const y = [0, 0, 0.1, 0, 0];
    const found = views(trace('errors', y, { limit: 0.05 }), true);
    expect(names(found)).toEqual(['log', 'level']);
    const level = named(found, 'level');
    const step = 1 - Math.exp(-60 / 900);
    expect(level.x[2]).toBeCloseTo(0.1 * step, 12);
    expect(level.x[3]).toBeCloseTo(0.1 * step * (1 - step), 12);
    expect(level.raw).toEqual(y);
    const log = named(found, 'log');
    expect(log.origin).toBeCloseTo(Math.log10(3e-4), 12);
    expect(log.x[0]).toBe(log.origin);
    log.x.forEach((x, index) => {
      expect(log.unit(x)).toBeCloseTo(level.x[index] ?? Number.NaN, 12);
    });
  });

  it('see a doubling of errors as a straight line in the logarithm', () => {
    const y = values(200, (index) => 0.002 * 2 ** (index / 40));
    const { x } = named(views(trace('errors', y, { limit: 0.05 }), true), 'log');
    const late = (x[199] ?? 0) - (x[189] ?? 0);
    expect(late).toBeCloseTo((10 / 40) * Math.log10(2), 2);
  });

  it('see the latency of a queue that fills as a straight line', () => {
    const y = values(50, (index) => 100 / (1 - index / 100));
    const found = views(trace('latency', y, { limit: 5000 }), true);
    expect(names(found)).toEqual(['log', 'queue', 'level']);
    const { x, unit, limit } = named(found, 'queue');
    const steps = x.slice(1).map((value, index) => value - (x[index] ?? 0));
    expect(Math.max(...steps)).toBeCloseTo(Math.min(...steps), 6);
    x.forEach((value, index) => {
      expect(unit(value)).toBeCloseTo(y[index] ?? Number.NaN, 6);
    });
    expect(unit(limit)).toBeCloseTo(5000, 6);
  });

  it.each([
    { name: 'a latency of zero', y: [0, 5, 6, 7, 8] },
    { name: 'a base beyond the limit', y: [6000, 7000, 8000, 9000] },
  ])('see only the level for $name', ({ y }) => {
    expect(names(views(trace('latency', y, { limit: 5000 }), true))).toEqual(['level']);
  });
});
