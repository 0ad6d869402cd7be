import { describe, expect, it } from 'vitest';
import { backoffMs } from '../../lib/agent/backoff.js';

const backoff = { firstMs: 1000, mostMs: 60_000 };

describe('backoffMs', () => {
  it.each([
    [1, 500, 1000],
    [2, 1000, 2000],
    [3, 2000, 4000],
    [6, 16_000, 32_000],
    [7, 30_000, 60_000],
    [10_000, 30_000, 60_000],
  ])('waits, after %d failures, from %d to %d ms', (failures, least, most) => {
    expect(backoffMs(backoff, failures, 0)).toBe(least);
    expect(backoffMs(backoff, failures, 1)).toBe(most);
  });
});
