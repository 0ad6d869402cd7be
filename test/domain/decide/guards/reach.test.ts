import { describe, expect, it } from 'vitest';
import { reach } from '../../../../lib/domain/decide/guards/reach.js';
import { ACTIONS, calmFleet, facts, NOW, settings } from '../build.js';

const verdict = (own: number, lastHour: number, components = 10, action = ACTIONS[0]) =>
  reach(
    facts({
      reach: { own, lastHour },
      fleet: calmFleet({ components }),
      ...(action === undefined ? {} : { action }),
    }),
    settings(),
    NOW,
  );

describe('reach', () => {
  it.each([
    { own: 10, lastHour: 0, components: 10, outcome: 'pass' },
    { own: 11, lastHour: 0, components: 10, outcome: 'ask' },
    { own: 1, lastHour: 10, components: 10, outcome: 'ask' },
    { own: 0, lastHour: 99, components: 10, outcome: 'pass' },
    { own: 400, lastHour: 0, components: 2000, outcome: 'pass' },
    { own: 300, lastHour: 101, components: 2000, outcome: 'ask' },
    { own: Number.NaN, lastHour: 0, components: 10, outcome: 'ask' },
  ])('answers $outcome for $own dependants after $lastHour of $components', (row) => {
    expect(verdict(row.own, row.lastHour, row.components).outcome).toBe(row.outcome);
  });

  it('says whom it would be felt by', () => {
    expect(verdict(11, 2).why).toBe(
      "11 healthy components depend on shop; with those of the last hour's actions 13, the limit without a person is 10",
    );
  });

  it.each(ACTIONS.map((action) => ({ action, name: action.name })))(
    'knows whether a $name interrupts',
    ({ action, name }) => {
      const interrupts = ['restart', 'rollback', 'fail_over'].includes(name);
      expect(verdict(99, 0, 10, action).outcome).toBe(interrupts ? 'ask' : 'pass');
    },
  );
});
