import { DAY, HOUR, MINUTE, SECOND } from '../../domain/time.js';

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
};

const TERM = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d)/g;
const WHOLE = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/;

/**
 * Read a duration such as `10s`, `1d10h30m` or `6m5s`.
 *
 * @returns milliseconds, 0 or more, or `null` when the text is not a duration (a bare number is none)
 * @see https://upstash.com/docs/qstash/features/delay
 */
export function durationMs(text: string): number | null {
  const trimmed = text.trim();
  if (!WHOLE.test(trimmed)) {
    return null;
  }
  let totalMs = 0;
  for (const [, count, unit] of trimmed.matchAll(TERM)) {
    totalMs += Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  }
  return Number.isFinite(totalMs) ? totalMs : null;
}
