/** Units from the largest down, in seconds. */
const UNITS = [
  { name: 'd', seconds: 86_400 },
  { name: 'h', seconds: 3600 },
  { name: 'min', seconds: 60 },
  { name: 's', seconds: 1 },
] as const;

/** Below this many seconds a tenth matters: the demo counts in single seconds. */
const TENTHS_BELOW_S = 10;

/**
 * Say a duration for a person in at most two units, never more than it is: 1799 is `29 min 59 s`.
 *
 * @param seconds - any number; below zero counts as zero, and what is not finite is `an unknown time`
 */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'an unknown time';
  const left = Math.max(0, seconds);
  if (left < TENTHS_BELOW_S) return `${Math.floor(left * 10) / 10} s`;
  const first = UNITS.findIndex((unit) => left >= unit.seconds);
  const parts: string[] = [];
  let rest = Math.floor(left);
  for (const unit of UNITS.slice(first, first + 2)) {
    const amount = Math.floor(rest / unit.seconds);
    rest -= amount * unit.seconds;
    if (amount > 0) parts.push(`${amount} ${unit.name}`);
  }
  return parts.join(' ');
}
