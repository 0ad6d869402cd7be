import { expect } from 'vitest';

export const REFUSED = { code: 'upstream_refused' };
export const LATER = { code: 'upstream_unavailable' };
export const GONE = { code: 'refused', message: expect.stringContaining('the target is gone') };

/** A failing answer of an operation, and what it means. */
export type Failure = readonly [operation: string, status: number, headers: object, meant: object];

/** What GitHub answers to any operation, without documenting it for each. @param credential - whose it is */
export function failuresOf(operation: string, credential = 'GITHUB_TOKEN'): Failure[] {
  const refused = { ...REFUSED, message: expect.stringContaining(credential) };
  return [
    [operation, 401, {}, refused],
    [operation, 403, {}, refused],
    [operation, 403, { 'retry-after': '60' }, { ...LATER, retryAfterS: 60 }],
    [operation, 404, {}, GONE],
    [operation, 429, { 'retry-after': '7' }, { ...LATER, retryAfterS: 7 }],
    [operation, 502, {}, LATER],
  ];
}
