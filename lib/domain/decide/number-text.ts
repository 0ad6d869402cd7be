/** Enough digits to see which side of a threshold a number lies on, without noise. */
const DIGITS = 4;

/**
 * Say a number for a person with about four significant digits: 0.123456 is `0.1235`.
 *
 * The part before the point is always whole: 12345.6 is `12346`. `null` and what is not finite are
 * `unknown`.
 */
export function numberText(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return 'unknown';
  if (Math.abs(value) >= 10 ** (DIGITS - 1)) return String(Math.round(value));
  return String(Number(value.toPrecision(DIGITS)));
}
