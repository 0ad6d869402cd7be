import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calibration, NO_CALIBRATION } from '../../../lib/domain/learn/calibration.js';
import { logit, sigmoid } from '../../../lib/domain/learn/logit.js';
import type { Outcome } from '../../../lib/domain/learn/outcome.js';
import { type RefitOptions, refit } from '../../../lib/domain/learn/refit.js';
import { HOUR } from '../../../lib/domain/time.js';
import { fleetOf, meaning, outcomeOf, random } from './fleet-of.js';

const options: RefitOptions = {
  prior: NO_CALIBRATION,
  heldOut: 0.25,
  raiseAt: 0.5,
  horizonS: 3600,
  model: 'm',
};

function shuffled(outcomes: readonly Outcome[], seed: number): Outcome[] {
  const draw = random(seed);
  return outcomes
    .map((one) => ({ one, place: draw() }))
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

describe('refit', () => {
  it('is the identity without outcomes, and says so', () => {
    const { calibration, changed, horizons } = refit([], options);
    expect(calibration).toEqual(NO_CALIBRATION);
    expect(changed).toBe(false);
    expect(horizons['6h']).toMatchObject({ verdict: 'too few', outcomes: 0, before: null });
    expect(horizons['6h'].why).toBe('0 outcomes, 0 of them to check on: too few to learn from');
  });

  it.each([
    { scale: 0.5, shift: 0 },
    { scale: 1.8, shift: 0 },
    { scale: 1, shift: -1.5 },
    { scale: 0.7, shift: 0.8 },
  ])('finds out a predictor that is wrong by $scale and $shift', ({ scale, shift }) => {
    const outcomes = fleetOf({ seed: 1, components: 60, each: 60, scale, shift });
    const { calibration, horizons } = refit(outcomes, { ...options, raiseAt: 1 });
    expect(horizons['1h'].verdict).toBe('learned');
    for (const p of [0.05, 0.2, 0.5, 0.8]) {
      expect(Math.abs(meaning(calibration, p) - sigmoid(scale * logit(p) + shift))).toBeLessThan(
        0.06,
      );
    }
  });

  it('learns the form of a map only from 200 outcomes on', () => {
    // Right below a half, and wrong above it: no scale and no shift says that.
    const bent = (each: number) =>
      fleetOf({ seed: 3, components: 10, each }).map((one, i) =>
        outcomeOf({
          component: one.component,
          at: one.at,
          p: one.raw['1h'],
          y: one.raw['1h'] > 0.5 && i % 2 === 0 ? 1 : 0,
        }),
      );
    const ever = { ...options, raiseAt: 1 };
    const [few, many] = [refit(bent(25), ever), refit(bent(200), ever)];
    expect(many.horizons['1h']).toMatchObject({ verdict: 'learned', method: 'isotonic' });
    expect(few.calibration.horizons['1h'].knots).toEqual([]);
    expect(meaning(many.calibration, 0.25)).toBeLessThan(0.05);
    expect(Math.abs(meaning(many.calibration, 0.8) - 0.5)).toBeLessThan(0.06);
  });

  it('leaves a predictor alone that is right', () => {
    const { calibration } = refit(fleetOf({ seed: 4, components: 40, each: 50 }), options);
    for (const p of [0.05, 0.3, 0.6, 0.9]) {
      expect(Math.abs(meaning(calibration, p) - p)).toBeLessThan(0.06);
    }
  });

  it('learns the habits of components', () => {
    const quiet = fleetOf({ seed: 5, components: 30, each: 40 });
    const loud = Array.from({ length: 240 }, (_, i) =>
      outcomeOf({
        component: `batch-${i % 6}`,
        at: new Date(Date.UTC(2026, 0, 1) + Math.floor(i / 6) * 25 * HOUR),
        p: 0.8,
      }),
    );
    const { calibration } = refit([...quiet, ...loud], options);
    for (const n of [0, 1, 2, 3, 4, 5]) {
      expect(meaning(calibration, 0.8, `batch-${n}`)).toBeLessThan(0.4);
    }
    expect(meaning(calibration, 0.8, 'other')).toBeGreaterThan(0.7);
  });

  it('moves a component of which it knows little only a little', () => {
    const known = fleetOf({ seed: 6, components: 30, each: 40, shift: -1 });
    const { calibration } = refit(
      [...known, outcomeOf({ component: 'rare', at: new Date(Date.UTC(2026, 0, 2)), p: 0.8 })],
      { ...options, raiseAt: 1 },
    );
    const [rare, other] = [meaning(calibration, 0.8, 'rare'), meaning(calibration, 0.8)];
    expect(rare).toBeLessThanOrEqual(other);
    expect(other - rare).toBeLessThan(0.08);
  });

  it('refuses what is worse on the newest outcomes, and says why', () => {
    const before = fleetOf({ seed: 7, components: 40, each: 40, shift: -2 });
    const later = fleetOf({ seed: 8, components: 40, each: 15, shift: 2 }).map((one) => ({
      ...one,
      at: new Date(one.at.getTime() + 41 * 25 * HOUR),
    }));
    const { calibration, changed, horizons } = refit([...before, ...later], options);
    expect(changed).toBe(false);
    expect(calibration).toBe(options.prior);
    expect(horizons['1h'].verdict).toBe('refused');
    expect(horizons['1h'].why).toMatch(/^refused: held-out got worse with \w+: (Brier|log loss) /);
  });

  it('refuses to miss failures that are warned of', () => {
    // Said with 0.6, true in four of ten: to be right is to warn of none of them.
    const outcomes = Array.from({ length: 400 }, (_, i) =>
      outcomeOf({
        component: `c-${i % 41}`,
        at: new Date(Date.UTC(2026, 0, 1) + i * 26 * HOUR),
        p: 0.6,
        y: i % 5 < 2 ? 1 : 0,
      }),
    );
    const { horizons } = refit(outcomes, options);
    expect(horizons['1h'].verdict).toBe('refused');
    expect(horizons['1h'].why).toMatch(/failures warned of it would miss/);
  });

  it('does not depend on the order of the outcomes', () => {
    const outcomes = fleetOf({ seed: 9, components: 12, each: 30, shift: -1, spread: 1 });
    const once = refit(outcomes, options);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(refit(shuffled(outcomes, seed), options)).toEqual(once);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  it('is not flipped by one absurd outcome', () => {
    const outcomes = fleetOf({ seed: 10, components: 40, each: 50, shift: -1 });
    const once = refit(outcomes, { ...options, raiseAt: 1 });
    const absurd = fc.record({
      p: fc.constantFrom(0, 1, 0.001, 0.999),
      y: fc.constantFrom<0 | 1>(0, 1),
      share: fc.constantFrom(1, 1e-3, 1e-9, Number.MIN_VALUE),
      component: fc.constantFrom('c-0', 'stranger'),
    });
    fc.assert(
      fc.property(absurd, (one) => {
        const at = new Date(Date.UTC(2026, 0, 3));
        const after = refit([...outcomes, outcomeOf({ ...one, at })], { ...options, raiseAt: 1 });
        for (const p of [0.05, 0.3, 0.5, 0.8]) {
          const moved = Math.abs(meaning(after.calibration, p) - meaning(once.calibration, p));
          expect(moved).toBeLessThan(0.05);
        }
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  it.each([
    ['a probability that is none', outcomeOf({ p: Number.NaN })],
    ['a share of nothing', outcomeOf({ share: 0 })],
    ['an instant that is none', outcomeOf({ at: new Date(Number.NaN) })],
    ['a censored outcome', outcomeOf({ y: null })],
    [
      'an alarm that was acted on, though it failed',
      outcomeOf({ y: 1, p: 0.9, acted: { '1h': true, '6h': true, '24h': true } }),
    ],
  ])('leaves out %s', (_, one) => {
    const outcomes = fleetOf({ seed: 11, components: 12, each: 20, shift: -1 });
    expect(refit([...outcomes, one], options)).toEqual(refit(outcomes, options));
  });

  it('gives back what it can itself read, whatever the outcomes', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            component: fc.constantFrom('a', 'b', '__proto__', 'constructor'),
            p: fc.double({ min: 0, max: 1, noNaN: true }),
            y: fc.constantFrom<0 | 1 | null>(0, 1, null),
            share: fc.double({ min: 0, max: 1, noNaN: true }),
            at: fc.date({ min: new Date(0), max: new Date(1e12), noInvalidDate: true }),
          }),
          { minLength: 60, maxLength: 300 },
        ),
        (rows) => {
          const { calibration } = refit(rows.map(outcomeOf), options);
          expect(Calibration.safeParse(calibration).success).toBe(true);
        },
      ),
      { numRuns: 30, endOnFailure: true },
    );
  });
});
