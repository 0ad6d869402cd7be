import { describe, expect, it } from 'vitest';
import {
  decayOf,
  hasStopped,
  isCovered,
  isFarEnough,
  isNews,
  risesEnough,
  type Scene,
} from '../../../lib/domain/predict/gates.js';
import { type Trend, trend } from '../../../lib/domain/predict/trend.js';
import type { View } from '../../../lib/domain/predict/view.js';
import { gaussOf, values } from '../series.js';
import { viewOf } from './view-of.js';

const scene: Scene = { horizonS: 3600, ageS: 1e6, freshShare: 0.8 };

function trendOf(y: readonly number[], length: number, changes: Partial<View> = {}): Trend {
  const found = trend(viewOf(y, changes), length);
  if (found === null) throw new Error('no trend');
  return found;
}

const flat = (count: number, level = 50): number[] => values(count, () => level);
const ramp = (count: number, from: number, step: number): number[] =>
  values(count, (index) => from + step * (index + 1));
const warmUp = (count: number, plateau: number, constant: number): number[] =>
  values(count, (index) => 15 + (plateau - 15) * (1 - Math.exp(-index / constant)));

describe('isFarEnough', () => {
  it.each([
    { level: 58.4, scene, is: false },
    { level: 58.6, scene, is: true },
    { level: 68, scene: { ...scene, ageS: 2699 }, is: false },
    { level: 68.5, scene: { ...scene, ageS: 2699 }, is: true },
    { level: 60, scene: { ...scene, ageS: 2700 }, is: true },
    { level: 60, scene: { ...scene, ageS: 100, horizonS: 60 }, is: true },
  ])('is $is at $level of 97.5, $scene.ageS s old', ({ level, scene: of, is }) => {
    expect(isFarEnough(viewOf(flat(20, level)), of)).toBe(is);
  });

  it('takes a drop for a start', () => {
    expect(isFarEnough(viewOf(flat(100, 65), { from: 70 }), scene)).toBe(false);
    expect(isFarEnough(viewOf(flat(100, 65), { from: 40 }), scene)).toBe(true);
    expect(isFarEnough(viewOf(flat(100, 70), { from: 70 }), scene)).toBe(true);
  });

  it('does not believe one spike', () => {
    expect(isFarEnough(viewOf([...flat(20, 40), 95]), scene)).toBe(false);
  });
});

describe('isCovered', () => {
  it.each([
    { name: 'no gap', lost: 0, is: true },
    { name: 'two of twelve lost', lost: 2, is: true },
    { name: 'four of twelve lost', lost: 4, is: false },
  ])('is $is with $name', ({ lost, is }) => {
    const t = values(12, (index) => 60 * (index - (index < 6 ? 11 + lost : 11)));
    expect(isCovered(trendOf(ramp(12, 50, 1), 12, { t }), 0.8)).toBe(is);
  });

  it('follows the share that is asked for', () => {
    const t = values(12, (index) => 60 * (index - (index < 6 ? 15 : 11)));
    expect(isCovered(trendOf(ramp(12, 50, 1), 12, { t }), 0.7)).toBe(true);
  });
});

describe('risesEnough', () => {
  it.each([
    { name: '3.8 % of the way', y: ramp(11, 60, 0.37), is: false },
    { name: '4.1 % of the way', y: ramp(11, 60, 0.4), is: true },
    { name: 'a fall', y: ramp(11, 90, -1), is: false },
  ])('is $is for $name', ({ y, is }) => {
    expect(risesEnough(trendOf(y, 11))).toBe(is);
  });

  it('asks more of a noisy rise', () => {
    const noisy = (size: number): number[] =>
      values(40, (index) => 50 + 0.4 * index + (index % 2 === 0 ? size : -size));
    expect(risesEnough(trendOf(noisy(1), 40))).toBe(true);
    expect(risesEnough(trendOf(noisy(4), 40))).toBe(false);
  });

  it("asks the view's own least rise", () => {
    const rules = { minShare: 0.5, minPoints: 8, minZ: 3.2, minRise: 20 };
    expect(risesEnough(trendOf(ramp(11, 60, 1), 11, { rules }))).toBe(false);
    expect(risesEnough(trendOf(ramp(11, 60, 2.1), 11, { rules }))).toBe(true);
  });
});

describe('isNews', () => {
  it.each([
    { name: 'just above what was survived', past: 70, now: 74, is: false },
    { name: 'a fifth of the way left beyond it', past: 70, now: 76, is: true },
    { name: 'near the limit, where less is left', past: 92, now: 93.5, is: true },
    { name: 'below what was survived', past: 90, now: 80, is: false },
  ])('is $is $name', ({ past, now, is }) => {
    const y = [...flat(30, past), ...ramp(10, now - 11, 1), now, now, now];
    expect(isNews(trendOf(y, 13))).toBe(is);
  });

  it('does not count what failed as survived', () => {
    const y = [...flat(20, 40), ...flat(5, 99), ...flat(20, 40), ...ramp(12, 64, 1)];
    expect(isNews(trendOf(y, 12))).toBe(false);
    expect(isNews(trendOf(y, 12, { survivedFrom: 25 }))).toBe(true);
  });

  it.each([
    { climb: 14, is: false },
    { climb: 15, is: true },
  ])('is $is for a climb of $climb points without a past', ({ climb, is }) => {
    const y = [60, 60, 60, ...ramp(12, 60, climb / 12), 60 + climb, 60 + climb];
    expect(isNews(trendOf(y, y.length))).toBe(is);
  });
});

describe('decayOf', () => {
  it.each([
    { name: 'a straight rise', y: ramp(40, 50, 1) },
    { name: 'a steepening rise', y: values(40, (index) => 50 + 0.02 * index ** 2) },
    { name: 'a rise after a flat stretch', y: [...flat(60), ...ramp(20, 50, 1)] },
  ])('is 0 for $name', ({ y }) => {
    expect(decayOf(trendOf(y, 20))).toBe(0);
  });

  it.each([
    { name: 'a warm-up that is half through', y: warmUp(60, 80, 40) },
    { name: 'a step that is over', y: [...flat(10), ...ramp(4, 50, 8), ...flat(10, 82)] },
  ])('is null for $name', ({ y }) => {
    expect(decayOf(trendOf(y, y.length))).toBeNull();
  });

  it('finds a warm-up in longer stretches than the trend itself', () => {
    const y = warmUp(60, 80, 40);
    expect(decayOf(trendOf(y, 10))).toBeGreaterThan(0);
    expect(decayOf(trendOf(y, 20))).toBeNull();
  });

  it("is about a young warm-up's own rate", () => {
    const decay = decayOf(trendOf(warmUp(40, 90, 60), 40)) ?? Number.NaN;
    expect(decay * 60 * 60).toBeGreaterThan(0.75);
    expect(decay * 60 * 60).toBeLessThan(1.1);
  });

  it('leaves most noisy straight rises nearly straight', () => {
    const slowed = values(100, (seed) => {
      const gauss = gaussOf(seed + 1);
      const y = values(40, (index) => 50 + 0.8 * index + 1.5 * gauss());
      return decayOf(trendOf(y, 40)) === null ? 1 : 0;
    }).reduce<number>((sum, one) => sum + one, 0);
    expect(slowed).toBeLessThan(3);
  });
});

describe('hasStopped', () => {
  it.each([
    { name: 'a rise that goes on', y: ramp(40, 40, 1), is: false },
    { name: 'a rise that paused for three points', y: [...ramp(37, 40, 1), 77, 77, 77], is: false },
    { name: 'a rise that is over', y: [...ramp(30, 40, 1), ...flat(10, 70)], is: true },
    { name: 'a rise that has turned', y: [...ramp(30, 40, 1), ...ramp(10, 70, -1)], is: true },
  ])('is $is for $name', ({ y, is }) => {
    expect(hasStopped(trendOf(y, 40))).toBe(is);
  });
});
