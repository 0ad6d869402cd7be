import { describe, expect, it } from 'vitest';
import { trafficRise } from '../../../lib/domain/decide/traffic-rise.js';
import { series } from './build.js';

const flat = (length: number, value: number) => Array.from({ length }, () => value);

describe('trafficRise', () => {
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
    const found = trafficRise(series(y));
    if (rise === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(rise, 9);
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
    expect(trafficRise(back, { mean })).toBeCloseTo(rise, 9);
  });
});
