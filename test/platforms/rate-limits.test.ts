import { describe, expect, it } from 'vitest';
import { rateLimits } from '../../lib/platforms/rate-limits.js';

const START = Date.UTC(2026, 2, 1);

describe('rateLimits', () => {
  it.each([
    [200, { 'ratelimit-remaining': '0', 'ratelimit-reset': '30' }, 30],
    [201, { 'ratelimit-remaining': '0', 'ratelimit-reset': String(START / 1000 + 30) }, 30],
    [429, { 'retry-after': '12' }, 12],
    [429, {}, null],
    [200, { 'ratelimit-remaining': '0' }, null],
    [200, { 'ratelimit-remaining': '1', 'ratelimit-reset': '30' }, null],
    [200, { 'ratelimit-remaining': '', 'ratelimit-reset': '30' }, null],
    [503, { 'retry-after': '30' }, null],
    [403, { 'retry-after': '60' }, 60],
    [403, {}, null],
    [200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(START / 1000 + 30) }, 30],
    [403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(START / 1000 + 9) }, 9],
    [200, { 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': '30' }, null],
  ])('after status %i with %j waits %j seconds', (status, headers, wait) => {
    const limits = rateLimits(() => new Date(START));
    limits.note('a', status, new Headers(headers));
    expect(limits.waitS('a')).toBe(wait);
    expect(limits.waitS('b')).toBeNull();
  });

  it('opens again at the instant that was named, and not before', () => {
    let now = START;
    const limits = rateLimits(() => new Date(now));
    limits.note('a', 429, new Headers({ 'retry-after': '10' }));
    now += 9_001;
    expect(limits.waitS('a')).toBe(1);
    now += 999;
    expect(limits.waitS('a')).toBeNull();
  });

  it('believes the newest answer', () => {
    const limits = rateLimits(() => new Date(START));
    limits.note('a', 429, new Headers({ 'retry-after': '10' }));
    limits.note('a', 200, new Headers({ 'ratelimit-remaining': '5' }));
    expect(limits.waitS('a')).toBeNull();
  });
});
