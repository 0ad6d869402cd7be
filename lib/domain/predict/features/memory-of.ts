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
function survivedBefore(levels: readonly number[], older: number, known: number): number[] {
  const survived = new Survived(older);
  const found = AGES.map(() => survived.second);
  let next = AGES.length - 1;
  while (next >= 0 && BUCKETS - (AGES[next] ?? 0) < known) next -= 1;
  for (let i = known; i < BUCKETS && next >= 0; i += 1) {
    if (BUCKETS - i === AGES[next]) {
      found[next] = survived.second;
      next -= 1;
    }
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
function hours(mean: readonly number[]): { today: number; yesterday: number } | null {
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
function ahead(mean: readonly number[], buckets: number): number {
  let top = Number.NEGATIVE_INFINITY;
  const from = BUCKETS - DAY;
  for (let i = from; i < Math.min(BUCKETS, from + buckets); i += 1) {
    const value = mean[i] ?? Number.NaN;
    if (value > top) top = value;
  }
  return top;
}

const AHEAD = [4, 24, 96] as const;

/** A level within bounds, or the present one where there is none. */
const levelOr = (now: number, level: number): number =>
  clamp(Number.isFinite(level) ? level : now, -1, 3);

/** What yesterday's profile expects: levels within 1, 6 and 24 horizons, by difference and by ratio. */
function season({ buckets: { mean }, way }: Readings, now: number, out: number[]): void {
  const days = hours(mean);
  if (days === null) {
    const level = clamp(now, -1, 3);
    out.push(level, level, level, level, level, level, 0);
    return;
  }
  const offset = days.today - days.yesterday;
  const ratio = clamp(days.today / Math.max(0.02, days.yesterday), 0.2, 5);
  const tops = AHEAD.map((count) => ahead(mean, count));
  for (const top of tops) out.push(levelOr(now, top + offset));
  for (const top of tops) out.push(levelOr(now, way.isLinear ? top * ratio : top + offset));
  out.push(clamp(offset, -2, 2));
}

/** What was lived through before, and what yesterday's profile expects of today. */
export function memoryOf(readings: Readings, now: number, out: number[]): void {
  const { mean, max, known } = readings.buckets;
  // The highest point of a latency is an outlier.
  const levels = readings.way.isLinear ? max : mean;
  for (const survived of survivedBefore(levels, readings.survived, known)) {
    out.push(news(now, survived));
  }
  season(readings, now, out);
}
