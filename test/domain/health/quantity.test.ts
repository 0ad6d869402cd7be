import { describe, expect, it } from 'vitest';
import { duration, quantity } from '../../../lib/domain/health/quantity.js';

describe('quantity', () => {
  it.each([
    ['cpu_usage', 85, '85.0%'],
    ['db_connections_usage', 99.96, '100.0%'],
    ['error_rate', 0.0812, '8.1%'],
    ['latency_ms', 3500.4, '3500 ms'],
    ['queue_depth', 12.3456, '12.35'],
    ['memory_bytes', 1_073_741_824, '1074000000'],
  ])('of %s %d is %s', (metric, value, text) => {
    expect(quantity(metric, value)).toBe(text);
  });
});

describe('duration', () => {
  it.each([
    [0, '0 s'],
    [45.4, '45 s'],
    [119, '119 s'],
    [120, '2 min'],
    [1620, '27 min'],
    [7200, '2.0 h'],
    [12_240, '3.4 h'],
    [172_800, '2.0 days'],
  ])('of %d s is %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
