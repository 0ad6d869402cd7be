import { describe, expect, it } from 'vitest';
import { isSampled } from '../../../lib/domain/learn/sampled.js';

/** How many of 400 components in 500 intervals of a minute are sampled. */
function count(share: number, only?: (component: number, i: number) => boolean): number {
  let found = 0;
  for (let component = 1; component <= 400; component += 1) {
    for (let i = 0; i < 500; i += 1) {
      if (only !== undefined && !only(component, i)) continue;
      if (isSampled(component, 1_795_000_000 + 60 * i, share)) found += 1;
    }
  }
  return found;
}

describe('isSampled', () => {
  it.each([
    { share: 0, least: 0, most: 0 },
    { share: 1, least: 200_000, most: 200_000 },
    // 200,000 draws at 1 in 200: 1,000 ± 4 standard deviations of 31.5.
    { share: 1 / 200, least: 874, most: 1126 },
    { share: 0.5, least: 199_106 / 2, most: 200_894 / 2 },
  ])('takes $share of the assessments', ({ share, least, most }) => {
    expect(count(share)).toBeGreaterThanOrEqual(least);
    expect(count(share)).toBeLessThanOrEqual(most);
  });

  it('takes its share of any one component, and of any one interval', () => {
    const half = [count(0.5, (c) => c === 7), count(0.5, (_, i) => i === 7)];
    expect(half[0]).toBeGreaterThan(195);
    expect(half[0]).toBeLessThan(305);
    expect(half[1]).toBeGreaterThan(150);
    expect(half[1]).toBeLessThan(250);
  });

  it('takes the same ones again', () => {
    const all = () => Array.from({ length: 100 }, (_, i) => isSampled(i, 1_795_000_000, 0.3));
    expect(all()).toEqual(all());
  });
});
