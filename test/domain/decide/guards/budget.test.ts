import { describe, expect, it } from 'vitest';
import {
  dailyBudget,
  hourlyBudget,
  hourlyLimit,
  recoveryShare,
  storm,
} from '../../../../lib/domain/decide/guards/budget.js';
import { ago, calmFleet, facts, NOW, settings } from '../build.js';

const DEFAULT = settings();

/** So many instants, the oldest first, one second apart, the oldest so many seconds ago. */
function starts(count: number, oldestAgoS: number): Date[] {
  return Array.from({ length: count }, (_, i) => ago(oldestAgoS - i));
}

describe('hourlyLimit', () => {
  it.each([
    { components: 0, limit: 5 },
    { components: 59, limit: 5 },
    { components: 60, limit: 6 },
    { components: 10_000, limit: 1000 },
  ])('is $limit for $components components', ({ components, limit }) => {
    expect(hourlyLimit(DEFAULT, components)).toBe(limit);
  });

  it('loses nothing to rounding', () => {
    expect(hourlyLimit(settings({ actionsPerHour: 0, actionsPerHourShare: 0.29 }), 100)).toBe(29);
  });
});

describe('hourlyBudget', () => {
  it.each([
    { components: 10, count: 4, outcome: 'pass' },
    { components: 10, count: 5, outcome: 'refuse' },
    { components: 10, count: 6, outcome: 'refuse' },
    { components: 100, count: 9, outcome: 'pass' },
    { components: 100, count: 10, outcome: 'refuse' },
  ])('answers $outcome after $count actions with $components components', (row) => {
    const { components, count, outcome } = row;
    const given = facts({
      automaticLastDay: starts(count, 3000),
      fleet: calmFleet({ components }),
    });
    const verdict = hourlyBudget(given, DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'hourly_limit', outcome });
    expect(verdict.why).toContain(`${count} automatic actions in the last 1 h`);
  });

  it('says when the oldest action that matters leaves the hour', () => {
    const given = facts({ automaticLastDay: [...starts(2, 80_000), ...starts(6, 3000)] });
    expect(hourlyBudget(given, DEFAULT, NOW).until).toEqual(ago(2999 - 3600));
  });

  it.each([
    { oldest: 3599, outcome: 'refuse' },
    { oldest: 3600, outcome: 'pass' },
  ])('answers $outcome when the oldest of five began $oldest s ago', ({ oldest, outcome }) => {
    const given = facts({ automaticLastDay: starts(5, oldest) });
    expect(hourlyBudget(given, DEFAULT, NOW).outcome).toBe(outcome);
  });

  it('never has room when nothing is allowed', () => {
    const none = settings({ actionsPerHour: 0, actionsPerHourShare: 0 });
    expect(hourlyBudget(facts(), none, NOW)).toMatchObject({ outcome: 'refuse', until: null });
  });
});

describe('dailyBudget', () => {
  it.each([
    { count: 19, outcome: 'pass' },
    { count: 20, outcome: 'refuse' },
    { count: 21, outcome: 'refuse' },
  ])('answers $outcome after $count actions in a day', ({ count, outcome }) => {
    const verdict = dailyBudget(facts({ automaticLastDay: starts(count, 50_000) }), DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'daily_limit', outcome });
    expect(verdict.why).toContain(`${count} automatic actions in the last 1 d`);
  });

  it('says when there is room again', () => {
    const given = facts({ automaticLastDay: starts(20, 50_000) });
    expect(dailyBudget(given, DEFAULT, NOW).until).toEqual(ago(50_000 - 86_400));
  });
});

describe('recoveryShare', () => {
  it.each([
    { components: 0, inRecovery: 0, outcome: 'pass' },
    { components: 4, inRecovery: 0, outcome: 'pass' },
    { components: 4, inRecovery: 1, outcome: 'refuse' },
    { components: 10, inRecovery: 1, outcome: 'pass' },
    { components: 10, inRecovery: 2, outcome: 'refuse' },
    { components: 14, inRecovery: 2, outcome: 'refuse' },
    { components: 15, inRecovery: 2, outcome: 'pass' },
    { components: 10, inRecovery: Number.NaN, outcome: 'refuse' },
  ])('answers $outcome with $inRecovery of $components in recovery', (row) => {
    const { outcome, ...fleet } = row;
    const verdict = recoveryShare(facts({ fleet: calmFleet(fleet) }), DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'recovery_share', outcome });
    expect(verdict.why).toContain(`${fleet.inRecovery + 1} of ${fleet.components}`);
  });
});

describe('storm', () => {
  it.each([
    // 500 of 2,000 depend on it: the rest is no storm.
    { bad: 901, badDependants: 900, outcome: 'pass' },
    { bad: 901, badDependants: 450, outcome: 'pass' },
    // Most of what is bad has another reason.
    { bad: 901, badDependants: 449, outcome: 'refuse' },
    // What is left is a storm of its own.
    { bad: 1700, badDependants: 850, outcome: 'refuse' },
    { bad: 901, badDependants: 0, outcome: 'refuse' },
    { bad: 901, badDependants: Number.NaN, outcome: 'refuse' },
  ])('answers $outcome with $bad of 2,000 bad, $badDependants of them by it', (row) => {
    const { outcome, ...fleet } = row;
    const verdict = storm(
      facts({ fleet: calmFleet({ components: 2000, ...fleet }) }),
      settings({ stormShare: 0.4 }),
      NOW,
    );
    expect(verdict).toMatchObject({ guard: 'storm', outcome });
  });

  it('lets a root be healed while it is not calm yet', () => {
    const fleet = calmFleet({ bad: 3, badDependants: 2, stormSince: ago(60) });
    expect(storm(facts({ fleet }), DEFAULT, NOW)).toMatchObject({
      outcome: 'pass',
      why: '3 of 10 components are bad at once, and 2 of them depend on shop',
    });
  });

  it.each([
    { components: 5, bad: 2, outcome: 'pass' },
    { components: 5, bad: 3, outcome: 'refuse' },
    { components: 10, bad: 3, outcome: 'pass' },
    { components: 10, bad: 4, outcome: 'refuse' },
    { components: 10, bad: 5, outcome: 'refuse' },
    { components: 15, bad: 5, outcome: 'pass' },
    { components: 15, bad: 6, outcome: 'refuse' },
    { components: 0, bad: 0, outcome: 'pass' },
    { components: 10, bad: Number.NaN, outcome: 'refuse' },
  ])('answers $outcome when $bad of $components are bad', ({ outcome, ...fleet }) => {
    const verdict = storm(facts({ fleet: calmFleet(fleet) }), DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'storm', outcome, until: null });
    expect(verdict.why).toContain(`${fleet.bad} of ${fleet.components}`);
  });

  it.each([
    { calm: null, outcome: 'refuse', until: null },
    { calm: 0, outcome: 'refuse', until: -600 },
    { calm: 599, outcome: 'refuse', until: -1 },
    { calm: 600, outcome: 'pass', until: null },
    { calm: 601, outcome: 'pass', until: null },
  ])(
    'answers $outcome when it has been calm for $calm s after a storm',
    ({ calm, outcome, until }) => {
      const fleet = calmFleet({
        stormSince: ago(5000),
        calmSince: calm === null ? null : ago(calm),
      });
      expect(storm(facts({ fleet }), DEFAULT, NOW)).toMatchObject({
        outcome,
        until: until === null ? null : ago(until),
      });
    },
  );

  it('refuses in a new storm however long it was calm', () => {
    const fleet = calmFleet({ bad: 9, stormSince: ago(5000), calmSince: ago(4000) });
    expect(storm(facts({ fleet }), DEFAULT, NOW).outcome).toBe('refuse');
  });
});
