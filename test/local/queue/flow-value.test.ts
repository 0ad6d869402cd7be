import { describe, expect, it } from 'vitest';
import { parseFlowValue } from '../../../lib/local/queue/flow-value.js';

describe('parseFlowValue', () => {
  it.each([
    ['parallelism=2', { parallelism: 2 }],
    ['rate=10', { rate: 10, periodS: 1 }],
    ['parallelism=2, rate=10, period=60s', { parallelism: 2, rate: 10, periodS: 60 }],
    ['Rate=20,Parallelism=10', { parallelism: 10, rate: 20, periodS: 1 }],
    ['rate=5, period=1m', { rate: 5, periodS: 60 }],
    ['rate=5, period=90', { rate: 5, periodS: 90 }],
  ])('reads %s', (text, limits) => {
    expect(parseFlowValue(text)).toEqual(limits);
  });

  it.each([
    '',
    'parallelism',
    'parallelism=0',
    'parallelism=-1',
    'parallelism=1.5',
    'rate=ten',
    'rate=0',
    'rate=1, period=0s',
    'rate=1, period=soon',
    'period=60s',
    'burst=3',
    'parallelism=1, burst=3',
  ])('refuses "%s"', (text) => {
    expect(() => parseFlowValue(text)).toThrow(RangeError);
  });
});
