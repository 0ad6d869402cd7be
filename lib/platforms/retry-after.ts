/** The longest wait that a vendor can impose, seconds: an absurd header must not park a recovery for ever. */
const MAX_WAIT_S = 3600;

/** Above it a number of seconds is an instant since 1970, not a duration: 10⁹ s are 31 years. */
const EPOCH_ABOVE = 1e9;

const text = (headers: Headers, name: string): string => headers.get(name)?.trim() ?? '';

const seconds = (value: string): number =>
  /^\d{1,15}(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;

/**
 * How long a vendor asks its callers to wait, by `Retry-After`, else by `RateLimit-Reset` or
 * `X-RateLimit-Reset`.
 *
 * Both may be seconds; `Retry-After` may be an HTTP date, the others seconds since 1970.
 *
 * @returns whole seconds, 1 to 3600; null when neither header says anything that can be read
 * @see RFC 9110, section 10.2.3
 */
export function retryAfterS(headers: Headers, now: Date): number | null {
  const nowS = now.getTime() / 1000;
  const after = text(headers, 'retry-after');
  const reset = seconds(text(headers, 'ratelimit-reset') || text(headers, 'x-ratelimit-reset'));
  const waits = [
    seconds(after),
    // Date.parse takes a bare negative or fractional number for a year: a date has a colon.
    after.includes(':') ? Date.parse(after) / 1000 - nowS : Number.NaN,
    reset > EPOCH_ABOVE ? reset - nowS : reset,
  ];
  const wait = waits.find((one) => Number.isFinite(one));
  return wait === undefined ? null : Math.min(MAX_WAIT_S, Math.max(1, Math.ceil(wait)));
}
