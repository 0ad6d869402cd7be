import { describe, expect, it } from 'vitest';
import { bandOf, toldBand } from '../../lib/domain/judge/band.js';
import { HOUR } from '../../lib/domain/time.js';
import type { Series, Window } from '../../lib/domain/window.js';
import { referenceHeuristic } from '../bench/foresight/baselines/reference-heuristic.js';

const NOW = new Date('2026-01-05T12:00:00Z');

function series(y: readonly number[]): Series {
  return {
    at: y.map((_, i) => NOW.getTime() - (y.length - 1 - i) * 60_000),
    y,
    instance: y.map(() => ''),
  };
}

function told(metrics: Readonly<Record<string, readonly number[]>>): number {
  const window: Window = {
    series: Object.fromEntries(Object.entries(metrics).map(([name, y]) => [name, series(y)])),
    cadenceS: 60,
    points: 20,
    lastAt: NOW,
    firstAt: NOW,
    instances: [''],
  };
  const { within, likelyS } = referenceHeuristic(window, NOW);
  expect(likelyS).toBeNull();
  expect(within).toEqual(within.toSorted((a, b) => a - b));
  return toldBand(within);
}

const rising = (points: number): number[] => Array.from({ length: points }, (_, i) => 40 + i);
const flat = (points: number, level: number): number[] => new Array(points).fill(level);
const busy = [...flat(7, 80), 86, 87, 88];
const doubled = [...flat(9, 0.01), 0.021];

describe('referenceHeuristic', () => {
  const [critical, high, medium, none] = [0.5, 3, 12, 48].map((hours) => bandOf(hours * HOUR));

  it.each([
    { name: 'nothing', metrics: { memory_usage: flat(20, 50), cpu_usage: flat(20, 30) }, is: none },
    { name: 'a leak', metrics: { memory_usage: rising(20) }, is: high },
    { name: 'rising memory of nine points', metrics: { memory_usage: rising(9) }, is: none },
    {
      name: 'seven upward steps of ten',
      metrics: { memory_usage: [1, 2, 3, 4, 3, 4, 5, 4, 5, 6, 5] },
      is: high,
    },
    { name: 'doubled errors', metrics: { error_rate: doubled }, is: medium },
    { name: 'errors that just doubled', metrics: { error_rate: [...flat(9, 1), 2] }, is: none },
    { name: 'the first error of all', metrics: { error_rate: [...flat(9, 0), 0.001] }, is: medium },
    { name: 'a busy processor', metrics: { cpu_usage: busy }, is: medium },
    { name: 'a processor that is always busy', metrics: { cpu_usage: flat(10, 99) }, is: none },
    { name: 'a busy one with one lull', metrics: { cpu_usage: [...busy, 70, 90] }, is: none },
    {
      name: 'two signs at once',
      metrics: { error_rate: doubled, cpu_usage: busy },
      is: critical,
    },
    {
      name: 'all signs at once',
      metrics: { memory_usage: rising(20), error_rate: doubled, cpu_usage: busy },
      is: critical,
    },
  ])('takes $name for the level that the document says', ({ metrics, is }) => {
    expect(told(metrics)).toBe(is);
  });
});
