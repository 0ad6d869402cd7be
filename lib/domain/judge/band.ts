import { HOUR } from '../time.js';
import { THETA } from './alarm-run.js';
import { HORIZONS_H } from './foretold.js';

/** How near a failure can be, nearest first: the levels critical, high and medium, and none of them. */
export const BANDS = ['under 1 h', '1–6 h', '6–24 h', 'over 24 h'] as const;

/** The last band: no failure within 24 hours. */
export const FAR = BANDS.length - 1;

/** The band in which a failure lies. @param ms - until it, milliseconds */
export function bandOf(ms: number): number {
  const band = HORIZONS_H.findIndex((hours) => ms <= hours * HOUR);
  return band < 0 ? FAR : band;
}

/** The band that was told: that of the first horizon whose probability raises an alarm. */
export function toldBand(within: readonly number[]): number {
  const band = within.findIndex((probability) => probability >= THETA);
  return band < 0 ? FAR : band;
}
