import { describe, expect, it } from 'vitest';
import { IDENTITY, NO_CALIBRATION } from '../../../lib/domain/learn/calibration.js';
import { distance } from '../../../lib/domain/learn/likeness.js';

const shop = (shift: number) => ({ ...NO_CALIBRATION, components: { shop: { '6h': shift } } });
const lower = {
  ...NO_CALIBRATION,
  horizons: { '1h': IDENTITY, '6h': IDENTITY, '24h': { a: 1, b: -1, knots: [] } },
};

describe('distance', () => {
  it.each([
    { name: 'the same', one: lower, other: { ...lower, version: 9 }, least: 0, most: 0 },
    { name: 'nearly the same', one: shop(-1), other: shop(-1.1), least: 0.01, most: 0.03 },
    { name: 'another component', one: shop(-1), other: NO_CALIBRATION, least: 0.2, most: 0.25 },
    { name: 'another map', one: lower, other: NO_CALIBRATION, least: 0.2, most: 0.25 },
  ])('lies from $least to $most for $name', ({ one, other, least, most }) => {
    expect(distance(one, other)).toBeGreaterThanOrEqual(least);
    expect(distance(one, other)).toBeLessThanOrEqual(most);
    expect(distance(other, one)).toBe(distance(one, other));
  });
});
