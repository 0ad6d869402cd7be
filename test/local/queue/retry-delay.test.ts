import { describe, expect, it } from 'vitest';
import { DAY } from '../../../lib/domain/time.js';
import { defaultRetryDelayMs, parseRetryDelay } from '../../../lib/local/queue/retry-delay.js';

describe('parseRetryDelay', () => {
  it.each([
    ['1000', [1000, 1000, 1000]],
    ['1000 * (1 + retried)', [1000, 2000, 3000]],
    ['pow(2, retried) * 1000', [1000, 2000, 4000, 8000, 16_000]],
    ['max(1000, pow(2, retried) * 100)', [1000, 1000, 1000, 1000, 1600]],
    ['min(3000, 1000 * retried)', [0, 1000, 2000, 3000, 3000]],
    ['sqrt(16) + abs(-3) + floor(1.9) + ceil(0.1) + round(2.5)', [12]],
    ['exp(0) * 7', [7]],
    ['8 / 2 / 2', [2]],
    ['10 - 3 - 2', [5]],
    ['2 + 3 * 4', [14]],
    ['(2 + 3) * 4', [20]],
    ['10 - -5', [15]],
    ['.5 * 1000', [500]],
    ['pow(retried, 2)', [0, 1, 4, 9]],
  ])('computes %s', (expression, delays) => {
    const delayMs = parseRetryDelay(expression);
    expect(delays.map((_, retried) => delayMs(retried))).toEqual(delays);
  });

  it('keeps every delay between nothing and a day', () => {
    expect(parseRetryDelay('0 - 5')(0)).toBe(0);
    expect(parseRetryDelay('pow(10, 12)')(0)).toBe(DAY);
    expect(parseRetryDelay('1000 / retried')(0)).toBe(DAY);
  });

  it('falls back to the default backoff where the expression yields no number', () => {
    const delayMs = parseRetryDelay('sqrt(1 - retried)');
    expect(delayMs(1)).toBe(0);
    expect(delayMs(2)).toBe(defaultRetryDelayMs(2));
  });

  it.each([
    '',
    ' ',
    '1000ms',
    '1 2',
    '1 +',
    '* 2',
    '(1',
    '1)',
    'pow(2)',
    'pow(2, 3, 4)',
    'sqrt()',
    'sqrt(1, 2)',
    'retries * 2',
    'constructor(1)',
    'process.exit(1)',
    'pow 2',
    'sqrt(0 - 1)',
    '2 ^ 3',
    'retried; 1',
    `${'('.repeat(400)}1${')'.repeat(400)}`,
  ])('refuses "%s"', (expression) => {
    expect(() => parseRetryDelay(expression)).toThrow(RangeError);
  });
});

describe('defaultRetryDelayMs', () => {
  it.each([
    { retried: 0, seconds: 12 },
    { retried: 1, seconds: 148 },
    { retried: 2, seconds: 1808 },
    { retried: 3, seconds: 22_026 },
    { retried: 4, seconds: 86_400 },
    { retried: 5, seconds: 86_400 },
  ])('is about $seconds s after $retried retries', ({ retried, seconds }) => {
    expect(Math.round(defaultRetryDelayMs(retried) / 1000)).toBe(seconds);
  });
});
