import { BUCKETS } from '../../past/past.js';
import { clamp } from './fit.js';
import type { Readings } from './readings.js';

/** Names of what {@link memoryOf} writes. */
export const MEMORY = [
  'news_1h',
  'news_4h',
  'news_8h',
  'news_24h',
  'season_1h',
  'season_6h',
  'season_24h',
  'season_ratio_1h',
  'season_ratio_6h',
  'season_ratio_24h',
  'season_offset',
] as const;

/** Ages, in buckets, beyond which a level was there before. */
const AGES = [4, 16, 32, 96] as const;

/** A level this near the limit counts as survived only after the third time. */
const TOO_NEAR = 0.97;
const HELD_BUCKETS = 3;

/** The two highest levels that count, and how often one was near the limit. */
class Survived {
  first: number;
  second: number;
  near = 0;

  /** Without a past 0, so that every level is news. */
  constructor(older: number) {
    this.first = Number.isNaN(older) ? 0 : Math.max(0, older);
    this.second = this.first;
  }

  add(level: number): void {
    const isNear = level >= TOO_NEAR;
    if (isNear) this.near += 1;
    if (Number.isNaN(level) || (isNear && this.near < HELD_BUCKETS)) return;
    this.second = Math.max(this.second, Math.min(this.first, level));
    this.first = Math.max(this.first, level);
  }
}

/**
 * The level that had been lived through before each of some ages: the second highest bucket, so that one
 * glitch is no experience.
 */
function survivedBefore(levels: Float64Array, older: number): number[] {
  const survived = new Survived(older);
  const found = AGES.map(() => survived.second);
  for (let i = 0; i < BUCKETS; i += 1) {
    const age = AGES.indexOf((BUCKETS - i) as (typeof AGES)[number]);
    if (age >= 0) found[age] = survived.second;
    survived.add(levels[i] ?? Number.NaN);
  }
  return found;
}

/** How much of the way that was left above the survived level lies behind. */
function news(now: number, survived: number): number {
  return clamp((now - survived) / Math.max(0.02, 1 - survived), -3, 1.5);
}

const DAY = 96;

/** Mean of both hours where both days have something: the last, and the same a day before. */
function hours(mean: Float64Array): { today: number; yesterday: number } | null {
  let [today, yesterday, n] = [0, 0, 0];
  for (let i = BUCKETS - 4; i < BUCKETS; i += 1) {
    const [a, b] = [mean[i] ?? Number.NaN, mean[i - DAY] ?? Number.NaN];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    today += a;
    yesterday += b;
    n += 1;
  }
  return n < 2 ? null : { today: today / n, yesterday: yesterday / n };
}

/** Highest mean of yesterday's next buckets. */
function ahead(mean: Float64Array, buckets: number): number {
  let top = Number.NEGATIVE_INFINITY;
  const from = BUCKETS - DAY;
  for (let i = from; i < Math.min(BUCKETS, from + buckets); i += 1) {
    const value = mean[i] ?? Number.NaN;
    if (value > top) top = value;
  }
  return top;
}

/** What yesterday's profile expects: levels within 1, 6 and 24 horizons, by difference and by ratio. */
function season({ buckets: { mean }, way }: Readings, now: number): readonly number[] {
  const days = hours(mean);
  if (days === null) return [now, now, now, now, now, now, 0];
  const offset = days.today - days.yesterday;
  const ratio = clamp(days.today / Math.max(0.02, days.yesterday), 0.2, 5);
  const tops = [4, 24, 96].map((count) => ahead(mean, count));
  const added = tops.map((top) => top + offset);
  const told = [...added, ...(way.isLinear ? tops.map((top) => top * ratio) : added)];
  return [...told.map((level) => (Number.isFinite(level) ? level : now)), offset];
}

/** What was lived through before, and what yesterday's profile expects of today. */
export function memoryOf(readings: Readings, now: number, put: (value: number) => void): void {
  const { mean, max } = readings.buckets;
  // The highest point of a latency is an outlier.
  const levels = readings.way.isLinear ? max : mean;
  for (const survived of survivedBefore(levels, readings.survived)) put(news(now, survived));
  const expected = season(readings, now);
  for (const level of expected.slice(0, -1)) put(clamp(level, -1, 3));
  put(clamp(expected.at(-1) ?? 0, -2, 2));
}
