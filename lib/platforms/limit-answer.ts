const told = (headers: Headers, name: 'limit' | 'remaining'): string | undefined =>
  (headers.get(`ratelimit-${name}`) ?? headers.get(`x-ratelimit-${name}`))?.trim();

/**
 * Whether an answer says that a rate limit is used up: 429, a remainder of 0, or a refusal that names a
 * wait, which is how GitHub tells of its secondary limits.
 *
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function saysUsedUp(status: number, headers: Headers): boolean {
  const remaining = told(headers, 'remaining');
  return status === 429 || remaining === '0' || (status === 403 && headers.has('retry-after'));
}

/** Which part of a rate limit is left, 0 to 1; null where an answer does not say. */
export function partLeft(headers: Headers): number | null {
  const [limit, remaining] = (['limit', 'remaining'] as const).map((name) => {
    const text = told(headers, name) ?? '';
    return /^\d{1,15}$/.test(text) ? Number(text) : null;
  });
  return limit && remaining !== null && remaining !== undefined ? remaining / limit : null;
}
