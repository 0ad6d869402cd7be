/**
 * Whether an answer says that a rate limit is used up: 429, a remainder of 0, or a refusal that names a
 * wait, which is how GitHub tells of its secondary limits.
 *
 * @see https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export function saysUsedUp(status: number, headers: Headers): boolean {
  const remaining = headers.get('ratelimit-remaining') ?? headers.get('x-ratelimit-remaining');
  return (
    status === 429 || remaining?.trim() === '0' || (status === 403 && headers.has('retry-after'))
  );
}
