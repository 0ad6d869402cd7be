import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../lib/domain/predict/reasons.js';
import { seriesOf, values, windowOf } from '../series.js';
import { forecastOf } from './forecast-of.js';

const quiet = windowOf({ request_rate: values(60, () => 50) });
const busy = windowOf({ request_rate: values(60, (index) => 50 + index) });

describe('reasonsOf', () => {
  it('calls rising memory a leak', () => {
    const leak = forecastOf(() => 0.8);
    const reasons = ['Memory leak detected', 'Memory trending to exhaustion'];
    expect(reasonsOf(leak, windowOf({}))).toEqual(reasons);
    expect(reasonsOf(leak, quiet)).toEqual(reasons);
  });

  it('does not call memory that rises with the traffic a leak', () => {
    expect(
      reasonsOf(
        forecastOf(() => 0.8),
        busy,
      ),
    ).toEqual(['Memory trending to exhaustion']);
  });

  it.each([
    { name: 'climbed there', y: values(30, (index) => 68 + index), leak: true },
    { name: 'has long been there', y: values(30, () => 98), leak: false },
  ])('asks the leak test about failing memory that $name', ({ y, leak }) => {
    const failing = forecastOf(() => 0.97, { trend: null, series: seriesOf(y) });
    expect(reasonsOf(failing, quiet).includes('Memory leak detected')).toBe(leak);
  });

  it('gives any other metric its own name', () => {
    const subject = { reason: 'CPU trending to exhaustion', followsDemand: true } as const;
    const cpu = forecastOf(() => 0.8, { metric: 'cpu_usage', subject });
    expect(reasonsOf(cpu, quiet)).toEqual(['CPU trending to exhaustion']);
  });
});
