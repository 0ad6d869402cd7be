import { describe, expect, it } from 'vitest';
import { ActionName } from '../../../lib/domain/decide/action.js';
import { SITUATIONS, type Situation } from '../../../lib/domain/decide/cause.js';
import { type PlanInput, planFor } from '../../../lib/domain/decide/plan.js';
import { ago } from './build.js';

const DEPLOYED = { id: 'd-1', version: 'v7', finishedAt: ago(600), kind: 'deployment' } as const;

function input(changes: Partial<PlanInput> = {}): PlanInput {
  return {
    causes: [{ situation: 'unknown', cause: 'a cause', confidence: 'weak' }],
    can: () => true,
    canRollBack: (kind) => kind === 'deployment',
    instance: () => null,
    instances: 2,
    scale: { min: 1, max: 4 },
    recentDeployment: null,
    standby: null,
    hangs: false,
    ...changes,
  };
}

function planOf(situation: Situation, given: PlanInput) {
  return planFor({ ...given, causes: [{ situation, cause: 'a cause', confidence: 'fair' }] });
}

function actions(situation: Situation, changes: Partial<PlanInput> = {}) {
  return planOf(situation, input(changes)).steps.map(({ action }) => action);
}

const names = (...parameters: Parameters<typeof actions>) =>
  actions(...parameters).map(({ name }) => name);

describe('planFor', () => {
  it.each([
    { situation: 'leak', plan: ['clean_memory', 'restart', 'page'] },
    { situation: 'deployment_regression', plan: ['rollback', 'page'] },
    { situation: 'config_regression', plan: ['page'] },
    { situation: 'saturation_with_traffic', plan: ['scale', 'page'] },
    { situation: 'cpu_saturation', plan: ['restart', 'page'] },
    { situation: 'database', plan: ['reset_database', 'restart', 'page'] },
    { situation: 'upstream', plan: ['hold', 'page'] },
    { situation: 'down', plan: ['page'] },
    { situation: 'unknown', plan: ['page'] },
  ] as const)('plans $plan for $situation', ({ situation, plan }) => {
    expect(names(situation)).toEqual(plan);
  });

  it('skips the clean-up of a leak where no agent can do it', () => {
    expect(names('leak', { can: (name) => name === 'restart' })).toEqual(['restart', 'page']);
  });

  it('holds still for an upstream whatever the executor can do', () => {
    expect(names('upstream', { can: () => false })).toEqual(['hold', 'page']);
  });

  it.each([
    { changes: { hangs: true }, plan: ['restart', 'page'] },
    { changes: { hangs: true, recentDeployment: DEPLOYED }, plan: ['restart', 'page'] },
    { changes: { hangs: true, can: () => false }, plan: ['page'] },
    { changes: { recentDeployment: DEPLOYED }, plan: ['page'] },
    { changes: { hangs: true, standby: 'eu' }, plan: ['fail_over', 'page'] },
  ])('plans $plan for what is down, with $changes', ({ changes, plan }) => {
    expect(names('down', changes)).toEqual(plan);
  });

  it('restarts for nothing else that hangs', () => {
    for (const situation of ['unknown', 'upstream', 'provider'] as const) {
      expect(names(situation, { hangs: true })).not.toContain('restart');
    }
  });

  it('says what it rolls back', () => {
    expect(planOf('deployment_regression', input()).steps[0]?.why).toContain('last deployment');
  });

  it('rolls back what was changed', () => {
    expect(actions('deployment_regression')[0]).toEqual({
      name: 'rollback',
      rollback_type: 'deployment',
    });
  });

  it('rolls a configuration back where the executor can', () => {
    expect(actions('config_regression', { canRollBack: () => true })).toEqual([
      { name: 'rollback', rollback_type: 'config' },
      { name: 'page' },
    ]);
    const neither = { canRollBack: () => true, can: () => false };
    expect(names('config_regression', neither)).toEqual(['page']);
  });

  it('rolls a saturated CPU back only when a deployment is recent', () => {
    expect(names('cpu_saturation', { recentDeployment: DEPLOYED })).toEqual([
      'restart',
      'rollback',
      'page',
    ]);
    const config = { ...DEPLOYED, kind: 'config' } as const;
    expect(names('cpu_saturation', { recentDeployment: config })).toEqual(['restart', 'page']);
  });

  it.each([
    { instances: 2, scale: { min: 1, max: 4 }, to: 3 },
    { instances: 3, scale: { min: 1, max: 4 }, to: 4 },
    { instances: 4, scale: { min: 1, max: 4 }, to: null },
    { instances: 9, scale: { min: 1, max: 4 }, to: null },
    { instances: 1, scale: { min: 3, max: 4 }, to: 3 },
    { instances: null, scale: { min: 1, max: 4 }, to: null },
    { instances: 2, scale: null, to: null },
    { instances: Number.NaN, scale: { min: 1, max: 4 }, to: null },
  ])('scales $instances within $scale to $to', ({ instances, scale, to }) => {
    const steps = actions('saturation_with_traffic', { instances, scale });
    expect(steps).toEqual([...(to === null ? [] : [{ name: 'scale', to }]), { name: 'page' }]);
  });

  it('fails over to the standby it is given', () => {
    expect(actions('down', { standby: 'eu' })).toEqual([
      { name: 'fail_over', to: 'eu' },
      { name: 'page' },
    ]);
  });

  it('narrows steps to the copy in trouble, where one is named', () => {
    expect(
      actions('leak', { instance: (name) => (name === 'reset_database' ? null : 'a-1') }),
    ).toEqual([
      { name: 'clean_memory', instance: 'a-1' },
      { name: 'restart', instance: 'a-1' },
      { name: 'page' },
    ]);
    expect(actions('leak')[1]).toEqual({ name: 'restart' });
  });

  it.each(SITUATIONS)(
    'ends with a person for %s, and only offers what can be done',
    (situation) => {
      const given = { recentDeployment: DEPLOYED, standby: 'eu' };
      for (const only of [null, ...ActionName.options]) {
        const plan = planOf(situation, input({ ...given, can: (name) => name === only }));
        expect(plan).toMatchObject({ situation, cause: 'a cause' });
        expect(plan.steps.at(-1)?.action.name).toBe('page');
        const offered = plan.steps.map(({ action }) => action.name);
        expect(new Set(offered).size).toBe(offered.length);
        expect(offered.filter((name) => ![only, 'page', 'hold'].includes(name))).toEqual([]);
      }
    },
  );

  it.each(SITUATIONS)(
    'says of every step for %s why, what to expect and its proof',
    (situation) => {
      const plan = planOf(situation, input({ recentDeployment: DEPLOYED, standby: 'eu' }));
      for (const { why, expects, proof } of plan.steps) {
        for (const text of [why, expects, proof]) expect(text.length).toBeGreaterThan(10);
      }
    },
  );
});
