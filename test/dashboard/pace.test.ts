import { describe, expect, it } from 'vitest';
import { waitS } from '../../lib/dashboard/pace.js';

describe('waitS', () => {
  it.each([
    { failures: 0, retryAfterS: null, wait: 5 },
    { failures: 1, retryAfterS: null, wait: 10 },
    { failures: 3, retryAfterS: null, wait: 40 },
    { failures: 4, retryAfterS: null, wait: 60 },
    { failures: 5000, retryAfterS: null, wait: 60 },
    { failures: 1, retryAfterS: 2, wait: 10 },
    { failures: 1, retryAfterS: 90, wait: 90 },
    { failures: 1, retryAfterS: 86_400, wait: 300 },
    { failures: 1, retryAfterS: -1, wait: 10 },
  ])('waits $wait s after $failures failures when asked for $retryAfterS', (row) => {
    expect(waitS(row.failures, row.retryAfterS)).toBe(row.wait);
  });
});
