import { describe, expect, it } from 'vitest';
import { retryAfterS } from '../../lib/platforms/retry-after.js';

const NOW = new Date('2026-03-01T12:00:00Z');
const EPOCH_S = NOW.getTime() / 1000;

describe('retryAfterS', () => {
  it.each([
    [{}, null],
    [{ 'retry-after': '7' }, 7],
    [{ 'retry-after': '0.2' }, 1],
    [{ 'retry-after': '0' }, 1],
    [{ 'retry-after': '7200' }, 3600],
    [{ 'retry-after': '999999999999999' }, 3600],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '' }, null],
    [{ 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }, 30],
    [{ 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' }, 1],
    [{ 'retry-after': '5', 'ratelimit-reset': '50' }, 5],
    [{ 'retry-after': 'soon', 'ratelimit-reset': '50' }, 50],
    [{ 'ratelimit-reset': '50' }, 50],
    [{ 'ratelimit-reset': '1000000000' }, 3600],
    [{ 'ratelimit-reset': String(EPOCH_S + 25) }, 25],
    [{ 'ratelimit-reset': String(EPOCH_S - 25) }, 1],
    [{ 'ratelimit-reset': 'NaN' }, null],
    [{ 'x-ratelimit-reset': String(EPOCH_S + 25) }, 25],
    [{ 'ratelimit-reset': '50', 'x-ratelimit-reset': '60' }, 50],
  ])('reads %j as %j seconds', (headers, wait) => {
    expect(retryAfterS(new Headers(headers), NOW)).toBe(wait);
  });
});
