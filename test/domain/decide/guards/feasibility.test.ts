import { describe, expect, it } from 'vitest';
import {
  actionClass,
  bounds,
  classVerdict,
  executor,
} from '../../../../lib/domain/decide/guards/feasibility.js';
import { ACTIONS, facts, NOW, settings } from '../build.js';

const DEFAULT = settings();

describe('executor', () => {
  it.each(['render', 'agent'] as const)('passes with %s', (given) => {
    const verdict = executor(facts({ executor: given }), DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'executor', outcome: 'pass' });
    expect(verdict.why).toContain(given);
  });

  it('refuses without one, saying why', () => {
    const verdict = executor(facts({ executor: { none: 'shop has no platform' } }), DEFAULT, NOW);
    expect(verdict.outcome).toBe('refuse');
    expect(verdict.why).toContain('shop has no platform');
  });
});

describe('actionClass', () => {
  it.each(ACTIONS)('passes $name, which can be undone or repeated', (action) => {
    const verdict = actionClass(facts({ action }), DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'action_class', outcome: 'pass' });
    expect(verdict.why).toContain(action.name);
  });
});

describe('actionClass, of what can be neither where it is carried out', () => {
  it('leaves it to a person', () => {
    const given = facts({ action: { name: 'rollback', rollback_type: 'deployment' } });
    const verdict = actionClass({ ...given, actionClass: 'other' }, DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'action_class', outcome: 'ask' });
  });
});

describe('classVerdict', () => {
  it.each([
    { kind: 'reversible', outcome: 'pass' },
    { kind: 'repeatable', outcome: 'pass' },
    { kind: 'other', outcome: 'ask' },
  ] as const)('answers $outcome for the class $kind', ({ kind, outcome }) => {
    expect(classVerdict('restart', kind)).toMatchObject({ guard: 'action_class', outcome });
  });
});

describe('bounds', () => {
  it.each([
    { to: 1, outcome: 'refuse' },
    { to: 2, outcome: 'pass' },
    { to: 3, outcome: 'pass' },
    { to: 4, outcome: 'pass' },
    { to: 5, outcome: 'refuse' },
    { to: Number.NaN, outcome: 'refuse' },
  ])('answers $outcome for $to instances within 2 to 4', ({ to, outcome }) => {
    const given = facts({ action: { name: 'scale', to }, scale: { min: 2, max: 4 } });
    const verdict = bounds(given, DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'bounds', outcome, until: null });
    expect(verdict.why).toContain(`${to} is`);
    expect(verdict.why).toContain('2 to 4');
  });

  it('refuses to scale without bounds', () => {
    const verdict = bounds(facts({ action: { name: 'scale', to: 3 } }), DEFAULT, NOW);
    expect(verdict.outcome).toBe('refuse');
    expect(verdict.why).toContain('3');
  });

  it('passes what does not scale', () => {
    expect(bounds(facts(), DEFAULT, NOW).outcome).toBe('pass');
  });
});
