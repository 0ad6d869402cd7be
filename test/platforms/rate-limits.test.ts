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

  it.each([
    [
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '1249', 'x-ratelimit-reset': '90' },
      90,
    ],
    [
      { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '1250', 'x-ratelimit-reset': '90' },
      null,
    ],
    [{ 'ratelimit-limit': '100', 'ratelimit-remaining': '0', 'ratelimit-reset': '90' }, 90],
    [{ 'ratelimit-limit': '100', 'ratelimit-remaining': '3' }, null],
    [
      { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '3', 'ratelimit-reset': '9' },
      null,
    ],
    [{ 'ratelimit-limit': '0', 'ratelimit-remaining': '0', 'ratelimit-reset': '9' }, null],
    [{ 'ratelimit-remaining': '3', 'ratelimit-reset': '9' }, null],
  ])(
    'keeps a quarter for what cannot wait: after %j what can waits %j seconds',
    (headers, wait) => {
      const limits = rateLimits(() => new Date(START));
      limits.note('a', 200, new Headers(headers));
      expect(limits.reserveWaitS('a')).toBe(wait);
      expect(limits.reserveWaitS('b')).toBeNull();
    },
  );

  it('keeps it until the reset, whatever answers say nothing of it, or until there is more', () => {
    let now = START;
    const limits = rateLimits(() => new Date(now));
    const low = {
      'x-ratelimit-limit': '100',
      'x-ratelimit-remaining': '9',
      'x-ratelimit-reset': '60',
    };
    limits.note('a', 200, new Headers(low));
    limits.note('a', 502, new Headers());
    expect([limits.waitS('a'), limits.reserveWaitS('a')]).toEqual([null, 60]);
    limits.note('a', 200, new Headers({ ...low, 'x-ratelimit-remaining': '99' }));
    expect(limits.reserveWaitS('a')).toBeNull();
    limits.note('a', 200, new Headers(low));
    now += 60_000;
    expect(limits.reserveWaitS('a')).toBeNull();
  });

  it('believes the newest answer', () => {
    const limits = rateLimits(() => new Date(START));
    limits.note('a', 429, new Headers({ 'retry-after': '10' }));
    limits.note('a', 200, new Headers({ 'ratelimit-remaining': '5' }));
    expect(limits.waitS('a')).toBeNull();
  });
});
