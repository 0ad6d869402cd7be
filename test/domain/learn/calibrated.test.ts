import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrated, mapped, shifted } from '../../../lib/domain/learn/calibrated.js';
import {
  Calibration,
  HORIZONS,
  IDENTITY,
  NO_CALIBRATION,
} from '../../../lib/domain/learn/calibration.js';

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const horizons = fc
  .tuple(probability, probability, probability)
  .map((three) => [...three].sort((a, b) => a - b))
  .map(([first = 0, sixth = 0, last = 0]) => ({ '1h': first, '6h': sixth, '24h': last }));

const map = fc.record({
  a: fc.double({ min: 0.05, max: 10, noNaN: true }),
  b: fc.double({ min: -10, max: 10, noNaN: true }),
  knots: fc
    .uniqueArray(fc.tuple(probability, probability), { selector: ([x]) => x, maxLength: 12 })
    .map((points) => {
      const ys = points.map(([, y]) => y).sort((a, b) => a - b);
      const xs = points.map(([x]) => x).sort((a, b) => a - b);
      return xs.map((x, i): [number, number] => [x, ys[i] ?? 1]);
    }),
});
const shift = fc.double({ min: -3, max: 3, noNaN: true });
const calibration = fc.record({
  version: fc.nat(),
  model: fc.constant('m'),
  horizons: fc.record({ '1h': map, '6h': map, '24h': map }),
  components: fc.dictionary(
    fc.constantFrom('shop', 'api', 'constructor'),
    fc.record({ '1h': shift, '6h': shift, '24h': shift }, { requiredKeys: [] }),
  ),
});

describe('calibrated', () => {
  it('changes nothing while nothing was learned', () => {
    fc.assert(
      fc.property(horizons, fc.string(), (raw, name) => {
        expect(calibrated(raw, NO_CALIBRATION, name)).toEqual(raw);
      }),
    );
  });

  it('stays within 0 and 1 and never decreases from one horizon to the next', () => {
    fc.assert(
      fc.property(horizons, calibration, fc.constantFrom('shop', 'other'), (raw, learned, name) => {
        const is = calibrated(raw, learned, name);
        expect(is['1h']).toBeGreaterThanOrEqual(0);
        expect(is['6h']).toBeGreaterThanOrEqual(is['1h']);
        expect(is['24h']).toBeGreaterThanOrEqual(is['6h']);
        expect(is['24h']).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('never turns a higher probability into a lower one', () => {
    fc.assert(
      fc.property(horizons, horizons, calibration, (one, other, learned) => {
        const low = calibrated(atMost(one, other), learned, 'shop');
        const high = calibrated(atLeast(one, other), learned, 'shop');
        for (const horizon of HORIZONS) expect(low[horizon]).toBeLessThanOrEqual(high[horizon]);
      }),
    );
  });

  it('moves one component by its own shift and leaves the others', () => {
    const learned = { ...NO_CALIBRATION, components: { shop: { '1h': -2 } } };
    const raw = { '1h': 0.6, '6h': 0.7, '24h': 0.8 };
    expect(calibrated(raw, learned, 'shop')['1h']).toBeCloseTo(0.1687, 4);
    expect(calibrated(raw, learned, 'shop')['6h']).toBe(0.7);
    expect(calibrated(raw, learned, 'api')).toEqual(raw);
  });

  it.each(['constructor', '__proto__', 'toString'])(
    'takes %s for a name like any other',
    (name) => {
      const raw = { '1h': 0.6, '6h': 0.7, '24h': 0.8 };
      expect(calibrated(raw, NO_CALIBRATION, name)).toEqual(raw);
    },
  );

  it('lets the nearer horizon stand where the maps disagree', () => {
    const learned = {
      ...NO_CALIBRATION,
      horizons: { '1h': IDENTITY, '6h': { a: 1, b: -3, knots: [] }, '24h': IDENTITY },
    };
    const is = calibrated({ '1h': 0.6, '6h': 0.7, '24h': 0.7 }, learned, 'shop');
    expect(is).toEqual({ '1h': 0.6, '6h': 0.6, '24h': 0.7 });
  });
});

describe('mapped', () => {
  it.each([
    { p: 0, is: 0 },
    { p: 0.1, is: 0.05 },
    { p: 0.2, is: 0.1 },
    { p: 0.5, is: 0.2 },
    { p: 0.8, is: 0.3 },
    { p: 0.9, is: 0.65 },
    { p: 1, is: 1 },
  ])('lies on the line through the knots: $p is $is', ({ p, is }) => {
    const knots: [number, number][] = [
      [0.2, 0.1],
      [0.8, 0.3],
    ];
    expect(mapped({ a: 1, b: 0, knots }, p)).toBeCloseTo(is, 12);
  });

  it('scales the log odds', () => {
    expect(mapped({ a: 2, b: 0, knots: [] }, 0.8)).toBeCloseTo(16 / 17, 12);
    expect(mapped({ a: 1, b: Math.log(2), knots: [] }, 0.5)).toBeCloseTo(2 / 3, 12);
  });
});

describe('shifted', () => {
  it('keeps an alarm that is as good as certain above a half, however large the shift', () => {
    expect(shifted(0.97, -3)).toBeGreaterThan(0.6);
  });
});

describe('Calibration', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(calibration, (learned) => {
        const read = Calibration.safeParse(JSON.parse(JSON.stringify(learned)));
        expect(read.success).toBe(true);
      }),
    );
  });

  it.each([
    [
      'knots that fall',
      {
        knots: [
          [0.1, 0.5],
          [0.2, 0.4],
        ],
      },
    ],
    [
      'knots at one place',
      {
        knots: [
          [0.1, 0.5],
          [0.1, 0.6],
        ],
      },
    ],
    ['a knot that is no probability', { knots: [[0.1, 1.5]] }],
    ['a scale that turns them round', { a: -1 }],
    ['a scale that is no number', { a: Number.NaN }],
    ['something it does not know', { c: 1 }],
  ])('refuses %s', (_, wrong) => {
    const horizons = { ...NO_CALIBRATION.horizons, '6h': { ...IDENTITY, ...wrong } };
    expect(Calibration.safeParse({ ...NO_CALIBRATION, horizons }).success).toBe(false);
  });
});

type Three = Parameters<typeof calibrated>[0];

function each(one: Three, other: Three, pick: (...both: number[]) => number): Three {
  return {
    '1h': pick(one['1h'], other['1h']),
    '6h': pick(one['6h'], other['6h']),
    '24h': pick(one['24h'], other['24h']),
  };
}
const atMost = (one: Three, other: Three): Three => each(one, other, Math.min);
const atLeast = (one: Three, other: Three): Three => each(one, other, Math.max);
