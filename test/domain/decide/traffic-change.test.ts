import { describe, expect, it } from 'vitest';
import { trafficChange } from '../../../lib/domain/decide/traffic-change.js';
import { randomOf } from '../../bench/foresight/random.js';
import { series } from './build.js';

const flat = (length: number, value: number) => Array.from({ length }, () => value);
const jittery = (length: number, value: number, by: number) =>
  Array.from({ length }, (_, index) => value + (index % 2 === 0 ? by : -by));

describe('trafficChange', () => {
  it.each([
    { what: 'flat', y: flat(20, 50), rise: 0 },
    { what: 'a fifth more', y: [...flat(15, 50), ...flat(5, 60)], rise: 0.2 },
    { what: 'half', y: [...flat(15, 50), ...flat(5, 25)], rise: -0.5 },
    { what: 'eight points', y: [...flat(6, 10), ...flat(2, 20)], rise: 1 },
    { what: 'one spike', y: [...flat(19, 50), 500], rise: 0 },
    { what: 'seven points', y: flat(7, 50), rise: null },
    { what: 'nothing', y: [], rise: null },
    { what: 'no traffic before', y: [...flat(15, 0), ...flat(5, 60)], rise: null },
    { what: 'no numbers', y: flat(20, Number.NaN), rise: null },
  ])('is $rise for $what', ({ y, rise }) => {
    const found = trafficChange(series(y));
    if (rise === null) expect(found).toBeNull();
    else expect(found?.ratio).toBeCloseTo(rise, 9);
  });

  it.each([
    { what: 'comes back after an outage', mean: flat(100, 50), rise: 0 },
    { what: 'comes back to less than was usual', mean: flat(100, 60), rise: -1 / 6 },
    { what: 'is more than ever', mean: flat(100, 25), rise: 1 },
    { what: 'follows on an outage that was longer', mean: flat(100, 1), rise: 4 },
    { what: 'has hardly any past', mean: flat(7, 50), rise: 4 },
    { what: 'has a past that is missing', mean: [...flat(100, Number.NaN), 50], rise: 4 },
  ])('is $rise where it $what', ({ mean, rise }) => {
    const back = series([...flat(15, 10), ...flat(5, 50)]);
    expect(trafficChange(back, { mean })?.ratio).toBeCloseTo(rise, 9);
  });

  it.each([
    { what: 'less than a fifth', y: [...flat(15, 50), ...flat(5, 59)], isRise: false },
    { what: 'a fifth of steady traffic', y: [...flat(15, 50), ...flat(5, 60)], isRise: true },
    {
      what: 'half more of jittery traffic',
      y: [...jittery(15, 50, 4), ...jittery(5, 75, 4)],
      isRise: true,
    },
    {
      what: 'a fifth more of jittery traffic',
      y: [...jittery(15, 50, 20), ...flat(5, 61)],
      isRise: false,
    },
    { what: 'less', y: [...flat(15, 50), ...flat(5, 25)], isRise: false },
  ])('calls $what a rise: $isRise', ({ y, isRise }) => {
    expect(trafficChange(series(y))?.isRise).toBe(isRise);
  });

  it('takes hardly any small traffic for a rise that chance alone has raised by a fifth', () => {
    const random = randomOf('traffic of about ten requests a sample');
    const changes = Array.from({ length: 1000 }, () =>
      trafficChange(series(Array.from({ length: 20 }, () => random.binomial(40, 0.25)))),
    );
    const raised = changes.filter((change) => (change?.ratio ?? 0) >= 0.2).length;
    const called = changes.filter((change) => change?.isRise === true).length;
    expect(raised).toBeGreaterThan(50);
    expect(called).toBeLessThan(raised / 10);
  });
});
