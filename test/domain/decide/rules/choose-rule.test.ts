import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chooseRule,
  type KeptRule,
  planUnder,
  ruleText,
} from '../../../../lib/domain/decide/rules/choose-rule.js';
import { incident } from '../build.js';
import { context, kept } from './build.js';

const PLAN = incident().plan;
const everything = () => true;
const chosen = (rules: readonly KeptRule[], changes = {}) => chooseRule(rules, context(changes));
const names = (rules: readonly KeptRule[]) => chosen(rules)?.kept.name ?? null;
const under = (effect: object, can = everything as (name: string) => boolean, plan = PLAN) =>
  planUnder(plan, chosen([kept({ effect })]), ({ name }) => can(name));

/** A rule whose zone only another runtime knows. */
const elsewhere = (priority = 1000): KeptRule => {
  const one = kept({ name: 'elsewhere', priority });
  const time = { zone: 'Atlantis/Old_Town', from: '08:00', to: '18:00' };
  const { rule } = one;
  return rule === null ? one : { ...one, rule: { ...rule, when: { ...rule.when, time } } };
};

describe('chooseRule', () => {
  it('takes the first that matches, by priority, then by name', () => {
    const rules = [kept({ name: 'b', priority: 5 }), kept({ name: 'a', priority: 5 })];
    expect(names(rules)).toBe('a');
    expect(names([...rules, kept({ name: 'z', priority: 1 })])).toBe('z');
    const not = kept({ name: '0', priority: 0, when: { components: ['cart'] } });
    expect(names([...rules, not])).toBe('a');
  });

  it('does not depend on the order in which rules are kept', () => {
    const some = fc.array(
      fc.record({ name: fc.constantFrom('a', 'b', 'c'), priority: fc.nat(3) }),
      {
        minLength: 1,
      },
    );
    return fc.assert(
      fc.property(some, (all) => {
        const rules = all.map((one, i) => kept({ ...one, name: `${one.name}${i}` }));
        expect(names(rules)).toBe(names(rules.toReversed()));
      }),
    );
  });

  it('asks none that is not enabled', () => {
    expect(chosen([kept({ enabled: false })])).toBeNull();
  });

  it.each([
    ['cannot be read', { ...kept(), rule: null }],
    ['names a zone that this runtime does not know', elsewhere()],
  ])('takes one to match that %s, unless another matches before it', (_, rule) => {
    expect(chosen([rule])?.rule).toBeNull();
    expect(names([rule, kept({ name: 'first', priority: 1 })])).toBe('first');
  });
});

describe('planUnder', () => {
  it('leaves a plan as it is where no rule matches', () => {
    expect(planUnder(PLAN, null, everything)).toBe(PLAN);
  });

  it('puts the steps of the rule in the place of the built-in ones, and a person at the end', () => {
    const plan = under({ plan: [{ name: 'page' }, { name: 'restart' }, { name: 'hold' }] });
    expect(plan.steps.map(({ action }) => action.name)).toEqual(['restart', 'hold', 'page']);
    expect(plan.steps[0]?.why).toBe('rule night: nobody is awake');
    expect(plan.rule).toEqual({
      ...{ id: 'id-night', name: 'night', why: 'nobody is awake', made_plan: true },
      ...{ mode: null, raises: false, limits: {} },
    });
    expect(ruleText(plan)).toBe('rule night made the plan: nobody is awake');
  });

  it('leaves out what cannot be carried out', () => {
    const plan = under(
      { plan: [{ name: 'restart' }, { name: 'clean_memory' }] },
      (one) => one === 'restart',
    );
    expect(plan.steps.map(({ action }) => action.name)).toEqual(['restart', 'page']);
  });

  it('does nothing here for a fault that lies upstream', () => {
    const upstream = { ...PLAN, situation: 'upstream' as const };
    const plan = under({ plan: [{ name: 'restart' }], mode: 'approve' }, everything, upstream);
    expect(plan.steps).toBe(PLAN.steps);
    expect(plan.rule).toMatchObject({ made_plan: false, mode: 'approve' });
  });

  it('keeps the built-in steps where the rule names none', () => {
    const plan = under({ mode: 'observe', limits: { restarts_per_hour: 1 } });
    expect(plan.steps).toBe(PLAN.steps);
    expect(ruleText(plan)).toBe(
      'rule night allows mode observe at most, tightens limits: nobody is awake',
    );
  });

  it('lets nothing be done without asking where the rule cannot be evaluated', () => {
    const plan = planUnder(PLAN, chosen([{ ...kept(), rule: null }]), everything);
    expect(plan.steps).toBe(PLAN.steps);
    expect(plan.rule).toMatchObject({ mode: 'approve', raises: false, made_plan: false });
    expect(ruleText(plan)).toContain('cannot be evaluated');
  });
});
