import { DAY, SECOND } from '../../domain/time.js';
import { durationMs } from './duration.js';

// In the order in which the documentation names them; the first that can be read wins.
const HEADERS = [
  'retry-after',
  'x-ratelimit-reset',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
];

/**
 * How long the answer itself asks to wait before the next attempt.
 *
 * Each header may hold seconds, an HTTP date, or a duration (`6m5s`).
 *
 * @param headers - the answer's headers, names in lower case
 * @param nowMs - the present instant, for dates
 * @returns milliseconds from 0 to one day, or `null` when no header says so or all ask for more
 * @see https://upstash.com/docs/qstash/features/retry
 */
export function retryAfterMs(
  headers: Readonly<Record<string, readonly string[]>>,
  nowMs: number,
): number | null {
  for (const name of HEADERS) {
    const text = headers[name]?.[0]?.trim();
    const waitMs = text === undefined || text === '' ? null : read(text, nowMs);
    if (waitMs !== null && waitMs <= DAY) {
      return waitMs;
    }
  }
  return null;
}

function read(text: string, nowMs: number): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) {
    return Number(text) * SECOND;
  }
  const duration = durationMs(text);
  if (duration !== null) {
    return duration;
  }
  const atMs = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}
