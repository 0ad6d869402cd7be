import type { Sample } from '../../lib/domain/metrics.js';
import type { Series, Window } from '../../lib/domain/window.js';

/** An instant to count from. */
export const START = new Date('2026-03-01T00:00:00Z');

/** The instant `seconds` after {@link START}. */
export function instant(seconds: number): Date {
  return new Date(START.getTime() + seconds * 1000);
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Standard normal numbers (Box and Muller). */
export function gaussOf(seed: number): () => number {
  const random = randomOf(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** `count` values of a function of the index. */
export function values(count: number, at: (index: number) => number): number[] {
  return Array.from({ length: count }, (_, index) => at(index));
}

/** A series of these values, `cadenceS` apart, beginning at {@link START}. */
export function seriesOf(y: readonly number[], cadenceS = 60, instance = ''): Series {
  return {
    at: y.map((_, index) => instant(index * cadenceS).getTime()),
    y,
    instance: y.map(() => instance),
  };
}

/** How a window is made in a test. */
export interface WindowOptions {
  readonly cadenceS?: number;
  readonly firstAt?: Date;
  readonly instance?: string;
}

/** A window of metrics whose newest points are one instant. */
export function windowOf(
  metrics: Readonly<Record<string, readonly number[]>>,
  { cadenceS = 60, firstAt = START, instance = '' }: WindowOptions = {},
): Window {
  const points = Math.max(0, ...Object.values(metrics).map((y) => y.length));
  return {
    series: Object.fromEntries(
      Object.entries(metrics).map(([metric, y]) => [metric, seriesOf(y, cadenceS, instance)]),
    ),
    cadenceS,
    points,
    lastAt: points === 0 ? null : instant((points - 1) * cadenceS),
    firstAt: points === 0 ? null : firstAt,
    instances: [instance],
  };
}

/** Samples of one metric. */
export function samplesOf(
  y: readonly number[],
  { metric = 'memory_usage', cadenceS = 60, instance = '' } = {},
): Sample[] {
  return y.map((value, index) => ({
    at: instant(index * cadenceS),
    instance,
    values: { [metric]: value },
  }));
}
