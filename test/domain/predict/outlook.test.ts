import { describe, expect, it } from 'vitest';
import type { Scene } from '../../../lib/domain/predict/gates.js';
import { type Outlook, outlook } from '../../../lib/domain/predict/outlook.js';
import { gaussOf, values } from '../series.js';
import { viewOf } from './view-of.js';

const scene: Scene = { horizonS: 3600, ageS: 1e6, freshShare: 0.8 };
const HOUR_S = 3600;
const ramp = (count: number, from: number, to: number): number[] =>
  values(count, (index) => from + ((to - from) * index) / (count - 1));
const flat = (count: number, level: number): number[] => values(count, () => level);

function outlookOf(y: readonly number[], of: Scene = scene): Outlook {
  const found = outlook(viewOf(y), of);
  if (found === null) throw new Error('no outlook');
  return found;
}

describe('outlook', () => {
  it.each([
    { name: 'nothing', y: [] },
    { name: 'seven points', y: ramp(7, 60, 95) },
    { name: 'a flat line', y: flat(240, 85) },
    { name: 'a fall', y: ramp(60, 95, 70) },
    { name: 'a rise that is still far from the limit', y: ramp(60, 10, 55) },
    { name: 'a rise that is over', y: [...ramp(30, 40, 85), ...flat(15, 85)] },
    {
      name: 'a level that was survived',
      y: [...flat(60, 90), ...flat(60, 50), ...ramp(20, 50, 88)],
    },
  ])('is null for $name', ({ y }) => {
    expect(outlook(viewOf(y), scene)).toBeNull();
  });

  it('is null ten points after a long rise has ended, which the long trends still show', () => {
    const risen = [...flat(60, 40), ...ramp(100, 40, 88)];
    expect(outlook(viewOf(risen), scene)).not.toBeNull();
    expect(outlook(viewOf([...risen, ...flat(10, 88)]), scene)).toBeNull();
  });

  it('crosses where the line does', () => {
    const { crossingS, trend } = outlookOf([...flat(60, 40), ...ramp(41, 40, 80)]);
    // 17.5 points at one a minute, from the newest point.
    expect(trend.slope).toBeCloseTo(1 / 60, 6);
    expect(crossingS.likely).toBeCloseTo(17.5 * 60, 0);
    expect(crossingS.low).toBeLessThanOrEqual(crossingS.likely ?? Number.NaN);
    expect(crossingS.high).toBeGreaterThanOrEqual(crossingS.likely ?? Number.NaN);
  });

  it('is the surer the nearer the crossing lies within the time', () => {
    const { probability } = outlookOf([...flat(60, 40), ...ramp(41, 40, 80)]);
    const steps = values(200, (index) => probability(60 * index));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(probability(0)).toBeLessThan(0.01);
    expect(probability(10 * 60)).toBeLessThan(0.2);
    expect(probability(25 * 60)).toBeGreaterThan(0.7);
    expect(probability(100 * HOUR_S)).toBeLessThanOrEqual(0.97);
  });

  it('claims more than a half only when a second trend agrees', () => {
    // A slow rise, then ten minutes of a fast one: the longer trends see the limit much later.
    const kinked = [...flat(60, 60), ...ramp(100, 60, 66), ...ramp(11, 66, 76)];
    const { probability, trend } = outlookOf(kinked, { ...scene, horizonS: 1500 });
    expect(trend.length).toBe(10);
    expect(probability(1500)).toBe(0.45);
    expect(outlookOf([...flat(60, 60), ...ramp(30, 60, 82)]).probability(HOUR_S)).toBeGreaterThan(
      0.5,
    );
  });

  it('trusts a trend no farther ahead than twice its length', () => {
    const noise = gaussOf(4);
    const slow = ramp(240, 30, 75).map((y) => y + 0.3 * noise());
    const near = outlookOf(slow).probability(3 * HOUR_S);
    const far = outlookOf([...flat(60, 50), ...ramp(160, 50, 60.5)]).probability(1000 * HOUR_S);
    expect(near).toBeGreaterThan(0.8);
    expect(far).toBeGreaterThan(0.5);
    expect(far).toBeLessThan(0.7);
  });

  it('expects a rise that comes to rest later than a straight one, or never', () => {
    const at = (index: number): number => 40 + 60 * (1 - Math.exp(-index / 80));
    const slowing = outlookOf([...flat(60, 40), ...values(56, at)]);
    const level = at(54);
    const straightS = ((97.5 - level) / (at(55) - at(54))) * 60;
    expect(slowing.crossingS.likely ?? Number.POSITIVE_INFINITY).toBeGreaterThan(1.2 * straightS);
  });

  it('is at the limit now when it stands there', () => {
    const { crossingS, probability } = outlookOf([...flat(60, 40), ...ramp(40, 40, 99)]);
    expect(crossingS.likely).toBe(0);
    expect(probability(0)).toBeGreaterThan(0.45);
  });
});
