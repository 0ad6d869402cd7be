import { MINUTE } from '../time.js';
import { numberText } from './number-text.js';

/** How long one span is over which load is averaged, milliseconds: long enough to smooth noise, short to see a peak. */
export const LOAD_SPAN_MS = 5 * MINUTE;

/** The load of a component in one span, all its copies together. */
export interface LoadSpan {
  /** When the span began. */
  readonly at: Date;
  /** The mean of `request_rate`, 0 or more, in whatever unit the component sends it. */
  readonly requestRate: number;
}

/**
 * Healthy minutes by the load that they were seen at: the key is a band's number. Minutes whose load nobody measured
 * are in none. Some ten bands are used where load swings tenfold in a day, and 55 at most.
 */
export type LoadMinutes = Readonly<Record<string, number>>;

/** Two bands for each doubling: what a band hides is at most 41 % of the load. */
const BANDS_PER_DOUBLING = 2;
/** One request in two minutes and less, none at all included. */
const LOWEST = -14;
/** A million requests a second and more. */
const HIGHEST = 40;

function bandOf(requestRate: number): number {
  if (!(requestRate > 0)) return LOWEST;
  const band = Math.floor(BANDS_PER_DOUBLING * Math.log2(requestRate));
  return Math.min(HIGHEST, Math.max(LOWEST, band));
}

/** The least load that a band holds. */
const floorOf = (band: number): number => (band <= LOWEST ? 0 : 2 ** (band / BANDS_PER_DOUBLING));

/**
 * Share healthy time out among the bands of the load that was measured in it. What a span has in common with the time
 * counts; time without a measurement counts nowhere.
 *
 * @param spans - in any order, each {@link LOAD_SPAN_MS} long, none twice
 */
export function minutesByLoad(spans: readonly LoadSpan[], from: Date, until: Date): LoadMinutes {
  const minutes = new Map<string, number>();
  for (const { at, requestRate } of spans) {
    const begin = Math.max(at.getTime(), from.getTime());
    const end = Math.min(at.getTime() + LOAD_SPAN_MS, until.getTime());
    if (!(end > begin) || !Number.isFinite(requestRate)) continue;
    const band = String(bandOf(requestRate));
    minutes.set(band, (minutes.get(band) ?? 0) + (end - begin) / MINUTE);
  }
  return Object.fromEntries(minutes);
}

/** The load of now that evidence is compared with. */
export interface LoadNow {
  /** The component's usual `request_rate` before the trouble; null where nobody measures it. */
  readonly requestRate: number | null;
  /** The share of it from which other load is comparable. */
  readonly share: number;
}

/** What a state has earned. */
export interface HealthyTime {
  /** At whatever load. */
  readonly healthyMinutes: number;
  readonly loadMinutes: LoadMinutes;
}

/**
 * The healthy minutes of a state at a load that is comparable with that of now: in bands that begin at the least load
 * that is, or above. Minutes whose load nobody measured are none of them.
 *
 * All minutes count where the load now is not known, or is none: nothing can be compared then, and a team that sends
 * no `request_rate` would never have a proven state. What is lost is told by {@link healthyTimeText}.
 */
export function comparableMinutes(
  { healthyMinutes, loadMinutes }: HealthyTime,
  now: LoadNow,
): number {
  const least = leastLoad(now);
  if (least === null || least < floorOf(LOWEST + 1)) return healthyMinutes;
  return Object.entries(loadMinutes)
    .filter(([band]) => floorOf(Number(band)) >= least)
    .reduce((sum, [, minutes]) => sum + minutes, 0);
}

const leastLoad = ({ requestRate, share }: LoadNow): number | null =>
  requestRate === null ? null : requestRate * share;

/** Say what a state has earned, and how much of it at comparable load, for a person. */
export function healthyTimeText(earned: HealthyTime, now: LoadNow): string {
  const all = `${Math.floor(earned.healthyMinutes)} healthy minutes`;
  const least = leastLoad(now);
  if (least === null) return `${all}, at whatever load: no request_rate is measured now`;
  if (least <= 0) return `${all}; there was no load before the trouble`;
  const some = Math.floor(comparableMinutes(earned, now));
  const text = `${all}, ${some} of them at a request_rate of ${numberText(least)} or more (it was ${numberText(now.requestRate)} before the trouble)`;
  const unknown = Math.floor(unmeasuredMinutes(earned));
  return unknown > 0 ? `${text}, ${unknown} at a load that nobody measured` : text;
}

/** Those whose load nobody measured: not comparable, and no lighter either. */
function unmeasuredMinutes({ healthyMinutes, loadMinutes }: HealthyTime): number {
  const measured = Object.values(loadMinutes).reduce((sum, minutes) => sum + minutes, 0);
  return Math.max(0, healthyMinutes - measured);
}

/** The load that is usual in some spans, the middle one, so that the first minutes of trouble count little; null without any. */
export function usualLoad(spans: readonly LoadSpan[]): number | null {
  const rates = spans.map(({ requestRate }) => requestRate).toSorted((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)] ?? null;
}
