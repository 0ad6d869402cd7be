/** Digits that are kept: a share of the way to a limit is never known better. */
const DIGITS = 4;

/** Powers of ten that a double holds exactly, from 10⁰ up. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** Sizes between which the short way holds: dividing and multiplying there is exact. */
const LEAST = 1e-9;
const MOST = 1e12;

/** How far a product may lie from its true value, as a share of one: beyond that, half is half. */
const DOUBT = 1e-6;

/** The power by which a size becomes a whole number of four digits, below 0 for a division. */
function powerOf(size: number): number {
  let power = DIGITS - 1;
  let unit = 1;
  while (size >= 10 * unit) {
    unit *= 10;
    power -= 1;
  }
  while (size < unit) {
    unit /= 10;
    power += 1;
  }
  return power;
}

/**
 * A number with four significant digits: just what `Number(value.toPrecision(4))` is, in a tenth of its time,
 * for a past holds more than a thousand of them.
 */
export function significant(value: number): number {
  const size = Math.abs(value);
  if (!(size >= LEAST && size < MOST)) return Number(value.toPrecision(DIGITS));
  const power = powerOf(size);
  const unit = POWERS[Math.abs(power)] ?? Number.NaN;
  const shifted = power >= 0 ? size * unit : size / unit;
  const whole = Math.round(shifted);
  if (Math.abs(whole - shifted) > 0.5 - DOUBT) return Number(value.toPrecision(DIGITS));
  const found = power >= 0 ? whole / unit : whole * unit;
  return value < 0 ? -found : found;
}
