import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Between,
  bestProven,
  earnedMinutes,
  type KnownState,
  newestProven,
  standingOf,
} from '../../../lib/domain/decide/known-state.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { MINUTE } from '../../../lib/domain/time.js';

const T0 = new Date('2026-03-01T00:00:00Z');
const minute = (minutes: number) => new Date(T0.getTime() + minutes * MINUTE);

describe('standingOf', () => {
  it.each([
    { healthyMinutes: 0, comparableMinutes: 0, blamed: 0, standing: 'unproven' },
    { healthyMinutes: 59.9, comparableMinutes: 59.9, blamed: 0, standing: 'unproven' },
    { healthyMinutes: 60, comparableMinutes: 60, blamed: 0, standing: 'proven' },
    { healthyMinutes: 6000, comparableMinutes: 59.9, blamed: 0, standing: 'proven_light' },
    { healthyMinutes: 6000, comparableMinutes: 0, blamed: 0, standing: 'proven_light' },
    { healthyMinutes: 6000, comparableMinutes: 6000, blamed: 1, standing: 'bad' },
    { healthyMinutes: 6000, comparableMinutes: 0, blamed: 1, standing: 'bad' },
    { healthyMinutes: Number.NaN, comparableMinutes: 0, blamed: 0, standing: 'unproven' },
    { healthyMinutes: 90, comparableMinutes: Number.NaN, blamed: 0, standing: 'proven_light' },
  ])(
    'is $standing after $healthyMinutes min, $comparableMinutes at load, with $blamed blamed',
    ({ standing, ...earned }) => {
      expect(standingOf(earned, DEFAULT_SETTINGS)).toBe(standing);
    },
  );
});

describe('earnedMinutes', () => {
  const between = (given: Partial<Between> = {}): Between => ({
    lastSeen: T0,
    now: minute(5),
    wasHealthy: true,
    isHealthy: true,
    interrupted: false,
    checks: [],
    ...given,
  });

  it.each([
    { name: 'five healthy minutes', given: {}, minutes: 5 },
    { name: 'none when it was not healthy', given: { wasHealthy: false }, minutes: 0 },
    { name: 'none when it is not healthy', given: { isHealthy: false }, minutes: 0 },
    { name: 'none when it was interrupted', given: { interrupted: true }, minutes: 0 },
    { name: 'an hour', given: { now: minute(60) }, minutes: 60 },
    { name: 'none for a gap nobody saw', given: { now: minute(76) }, minutes: 0 },
    {
      name: 'three hours of which each was seen',
      given: { now: minute(180), checks: [minute(121), minute(60)] },
      minutes: 180,
    },
    {
      name: 'none where one of three hours was not seen',
      given: { now: minute(180), checks: [minute(121), minute(15)] },
      minutes: 0,
    },
    {
      name: 'none for what was seen before and after',
      given: { now: minute(80), checks: [minute(-10), minute(90)] },
      minutes: 0,
    },
    { name: 'none when the clock went back', given: { now: minute(-1) }, minutes: 0 },
    { name: 'none for no time', given: { now: T0 }, minutes: 0 },
  ])('is $name', ({ given, minutes }) => {
    expect(earnedMinutes(between(given))).toBe(minutes);
  });

  it('never earns more than has passed, however the looks are cut', () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 20 }), (gaps) => {
        let at = 0;
        let earned = 0;
        for (const gap of gaps) {
          earned += earnedMinutes(between({ lastSeen: minute(at), now: minute(at + gap) }));
          at += gap;
        }
        expect(earned).toBeLessThanOrEqual(at);
      }),
    ));
});

describe('bestProven', () => {
  const state = (deploymentId: string, given: Partial<KnownState> = {}): KnownState => ({
    deploymentId,
    version: deploymentId,
    instances: null,
    lastSeen: T0,
    healthyMinutes: 90,
    evidence: '90 healthy minutes',
    schema: null,
    incidents: 0,
    standing: 'proven',
    ...given,
  });

  it('is the proven one that was seen last', () => {
    const states = [
      state('old'),
      state('newer', { lastSeen: minute(10) }),
      state('newest', { lastSeen: minute(20), standing: 'unproven' }),
      state('bad', { lastSeen: minute(30), standing: 'bad' }),
    ];
    expect(bestProven(states)?.deploymentId).toBe('newer');
    expect(bestProven(states, ({ deploymentId }) => deploymentId === 'old')?.deploymentId).toBe(
      'old',
    );
    expect(bestProven(states, () => false)).toBeUndefined();
    expect(bestProven([])).toBeUndefined();
  });

  it('is one of comparable load before any that is newer, and at a lower load where there is none', () => {
    const light = state('light', { lastSeen: minute(20), standing: 'proven_light' });
    const old = state('old', { lastSeen: minute(10), standing: 'proven_light' });
    expect(bestProven([state('full'), light])?.deploymentId).toBe('full');
    expect(bestProven([old, light])?.deploymentId).toBe('light');
    expect(newestProven([state('full'), light])?.deploymentId).toBe('light');
  });
});
