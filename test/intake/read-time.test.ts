import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../lib/domain/time.js';
import { DEFAULT_TIME_BOUNDS, readTime } from '../../lib/intake/read-time.js';

const now = new Date('2026-03-01T12:00:00.000Z');
const bounds = { now, ...DEFAULT_TIME_BOUNDS };
const shifted = (ms: number) => new Date(now.getTime() + ms);
const code = (value: unknown) => {
  const reading = readTime(value, bounds);
  return reading.ok ? 'ok' : reading.refusal.code;
};

describe('readTime', () => {
  it.each([undefined, null])('takes now for %j', (value) => {
    expect(readTime(value, bounds)).toEqual({ ok: true, value: now });
  });

  it.each([
    ['2026-03-01T11:59:00Z', -MINUTE],
    ['2026-03-01T11:59:00.250Z', -MINUTE + 250],
    ['2026-03-01T11:59:00.250999Z', -MINUTE + 250],
    ['2026-03-01T13:59:00+02:00', -MINUTE],
    ['2026-03-01T06:29:00-05:30', -MINUTE],
    [now.getTime() / 1000, 0],
    [now.getTime() / 1000 - 0.25, -250],
    [now.getTime(), 0],
    [now.getTime() - 0.4, 0],
  ])('reads %j', (value, ms) => {
    expect(readTime(value, bounds)).toEqual({ ok: true, value: shifted(ms) });
  });

  it.each([
    '',
    'now',
    'yesterday',
    '2026-03-01',
    '2026-03-01T11:59:00',
    '2026-03-01 11:59:00Z',
    '2026-02-30T11:59:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T11:59:00+0200',
    'Sun, 01 Mar 2026 11:59:00 GMT',
    '1772366340',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    1e300,
    true,
    {},
    [],
    new Date(),
  ])('refuses %j as no instant', (value) => {
    expect(code(value)).toBe('bad_time');
  });

  it.each([
    [5 * MINUTE, 'ok'],
    [5 * MINUTE + 1, 'in_future'],
    [-7 * DAY, 'ok'],
    [-7 * DAY - 1, 'too_old'],
  ])('answers at %d ms from now: %s', (ms, expected) => {
    expect(code(shifted(ms).toISOString())).toBe(expected);
    expect(code(shifted(ms).getTime())).toBe(expected);
  });

  it.each([0, -1, 99_999_999_999, 1e11])('tells seconds from milliseconds: %d', (value) => {
    expect(code(value)).toBe(value === 99_999_999_999 ? 'in_future' : 'too_old');
  });

  it('goes by the bounds it is given', () => {
    const wide = { now, maxAheadMs: 0, maxAgeMs: Number.POSITIVE_INFINITY };
    expect(readTime('1970-01-01T00:00:00Z', wide).ok).toBe(true);
    expect(readTime(shifted(1).toISOString(), wide)).toMatchObject({
      refusal: { code: 'in_future' },
    });
  });
});
