import * as z from 'zod';
import { hasMoved } from '../domain/past/has-moved.js';
import type { MetricPast, Past } from '../domain/past/past.js';
import { significant } from './significant.js';

const level = z.number().nullable();
const levels = z.array(level).max(1000);

/** A past as it is kept: null stands where nothing was, for JSON knows no NaN. */
export const KeptPast = z.object({
  bucketS: z.number(),
  metrics: z.record(
    z.string(),
    z.object({
      last: z.number().int(),
      mean: levels,
      min: levels,
      max: levels,
      survived: level,
    }),
  ),
});
export type KeptPast = z.infer<typeof KeptPast>;

const kept = (value: number): number | null => (Number.isFinite(value) ? significant(value) : null);

const restored = (value: number | null): number => value ?? Number.NaN;

function mapMetrics<A, B>(metrics: Readonly<Record<string, A>>, map: (one: A) => B) {
  return Object.fromEntries(Object.entries(metrics).map(([name, one]) => [name, map(one)]));
}

/** A past in the form in which it is kept. */
export function keptPast({ bucketS, metrics }: Past): KeptPast {
  const keep = ({ last, mean, min, max, survived }: MetricPast) => ({
    last,
    ...{ mean: mean.map(kept), min: min.map(kept), max: max.map(kept) },
    survived: kept(survived),
  });
  return { bucketS, metrics: mapMetrics(metrics, keep) };
}

/** A past as it was kept. */
export function pastOf({ bucketS, metrics }: KeptPast): Past {
  const restore = ({
    last,
    mean,
    min,
    max,
    survived,
  }: KeptPast['metrics'][string]): MetricPast => ({
    last,
    ...{ mean: mean.map(restored), min: min.map(restored), max: max.map(restored) },
    survived: restored(survived),
  });
  return { bucketS, metrics: mapMetrics(metrics, restore) };
}

const again = (value: number): number => (Number.isFinite(value) ? significant(value) : Number.NaN);

/** One metric's past as it is read again after it was kept. */
export function reread({ last, mean, min, max, survived }: MetricPast): MetricPast {
  return {
    last,
    mean: mean.map(again),
    min: min.map(again),
    max: max.map(again),
    survived: again(survived),
  };
}

/** The past that the next assessment will read: the one that is there until a bucket has closed. */
export function nextPast(before: Past, now: Past): Past {
  return hasMoved(before, now) ? { ...now, metrics: mapMetrics(now.metrics, reread) } : before;
}
