import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../../lib/local/queue/retry-after.js';

const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('retryAfterMs', () => {
  it.each([
    ['retry-after', '0', 0],
    ['retry-after', '10', 10_000],
    ['retry-after', '1.5', 1500],
    ['retry-after', '6m5s', 365_000],
    ['retry-after', 'Tue, 24 Nov 2026 12:00:30 GMT', 30_000],
    ['retry-after', 'Tue, 24 Nov 2026 11:00:00 GMT', 0],
    ['retry-after', '86400', 86_400_000],
    ['x-ratelimit-reset', '7', 7000],
    ['x-ratelimit-reset-requests', '1m', 60_000],
    ['x-ratelimit-reset-tokens', '250ms', 250],
  ])('reads %s: %s as %d ms', (name, value, expected) => {
    expect(retryAfterMs({ [name]: [value] }, NOW)).toBe(expected);
  });

  it.each([
    ['86401'],
    ['2d'],
    ['-1'],
    ['soon'],
    [''],
    ['2026-11-24'],
    ['Wed, 25 Nov 2026 12:00:01 GMT'],
  ])('leaves "%s" to the backoff', (value) => {
    expect(retryAfterMs({ 'retry-after': [value] }, NOW)).toBeNull();
  });

  it('takes the first header that can be read', () => {
    const headers = { 'retry-after': ['never'], 'x-ratelimit-reset': ['3'] };
    expect(retryAfterMs(headers, NOW)).toBe(3000);
    expect(retryAfterMs({ ...headers, 'retry-after': ['1'] }, NOW)).toBe(1000);
  });

  it('says nothing without such a header', () => {
    expect(retryAfterMs({ 'content-type': ['text/plain'] }, NOW)).toBeNull();
  });
});
