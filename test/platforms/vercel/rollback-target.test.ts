import { describe, expect, it } from 'vitest';
import type { Deployment, Project } from '../../../lib/platforms/vercel/answers.js';
import { rollbackTarget } from '../../../lib/platforms/vercel/rollback-target.js';

const deployment = (order: number, given: Partial<Deployment> = {}): Deployment => ({
  uid: `dpl_${order}`,
  name: 'shop',
  created: new Date(order * 60_000),
  state: 'READY',
  readySubstate: 'PROMOTED',
  meta: {},
  ...given,
});

const project = (live: number, given: Partial<Project> = {}): Project => ({
  autoAssignCustomDomains: true,
  paused: false,
  targets: { production: { id: `dpl_${live}` } },
  ...given,
});

const moved = (
  type: 'promote' | 'rollback',
  from: number,
  to: number,
  jobStatus = 'succeeded',
): Pick<Project, 'lastAliasRequest'> => ({
  lastAliasRequest: {
    fromDeploymentId: `dpl_${from}`,
    toDeploymentId: `dpl_${to}`,
    requestedAt: new Date(0),
    jobStatus,
    type,
  },
});

const newest = (...orders: number[]): Deployment[] => orders.map((order) => deployment(order));
const WISH = { byPerson: false, plan: 'pro' } as const;
const again = (order: number, origin: string): Deployment =>
  deployment(order, { meta: { forestallOrigin: origin } });

describe('rollbackTarget', () => {
  it.each<[string, Project, Deployment[], object, string, string]>([
    ['the one before', project(3), newest(3, 2, 1), {}, 'dpl_2', 'rollback'],
    ['`previous`', project(3), newest(3, 2, 1), { to: 'previous' }, 'dpl_2', 'rollback'],
    [
      'none that never served',
      project(3),
      [deployment(3), deployment(2, { readySubstate: 'STAGED' }), deployment(1)],
      {},
      'dpl_1',
      'rollback',
    ],
    [
      'none that failed',
      project(3),
      [deployment(3), deployment(2, { state: 'ERROR', readySubstate: null }), deployment(1)],
      {},
      'dpl_1',
      'rollback',
    ],
    [
      'what a promotion replaced',
      project(4, moved('promote', 1, 4)),
      newest(4, 3, 2, 1),
      {},
      'dpl_1',
      'rollback',
    ],
    [
      'none that a rollback left',
      project(4, moved('rollback', 3, 1)),
      newest(4, 3, 2, 1),
      {},
      'dpl_1',
      'rollback',
    ],
    [
      'no build of the same source',
      project(4),
      [again(4, 'dpl_2'), again(3, 'dpl_2'), ...newest(2, 1)],
      {},
      'dpl_1',
      'rollback',
    ],
    ['a named older one', project(3), newest(3, 2, 1), { to: 'dpl_1' }, 'dpl_1', 'rollback'],
    [
      'a named newer one, by promoting it',
      project(1),
      newest(3, 2, 1),
      { to: 'dpl_3' },
      'dpl_3',
      'promote',
    ],
    [
      'further back for a person',
      project(2, moved('rollback', 3, 2)),
      newest(3, 2, 1),
      { byPerson: true },
      'dpl_1',
      'rollback',
    ],
    [
      'the previous one on Hobby',
      project(3),
      newest(3, 2, 1),
      { plan: 'hobby' },
      'dpl_2',
      'rollback',
    ],
    [
      'a newer one on Hobby',
      project(1),
      newest(2, 1),
      { to: 'dpl_2', plan: 'hobby' },
      'dpl_2',
      'promote',
    ],
  ])('finds %s', (_, one, deployments, wish, to, by) => {
    const found = rollbackTarget(one, deployments, { ...WISH, ...wish });
    expect(found).toMatchObject({ kind: 'found', to: { uid: to }, by });
  });

  it.each<[string, Project, Deployment[], object, string]>([
    [
      'a rollback in progress',
      project(3, moved('rollback', 3, 2, 'pending')),
      newest(3, 2),
      {},
      'rollback to dpl_2 is in progress',
    ],
    [
      'a promotion in progress',
      project(3, moved('promote', 3, 2, 'in-progress')),
      newest(3, 2),
      {},
      'promote to dpl_2 is in progress',
    ],
    [
      'a build in progress',
      project(2),
      [deployment(3, { state: 'BUILDING' }), ...newest(2, 1)],
      {},
      'dpl_3 is in progress (building)',
    ],
    [
      'a state that nobody knows',
      project(2),
      [deployment(3, { state: 'PONDERING' }), ...newest(2, 1)],
      {},
      'dpl_3 is in progress',
    ],
    [
      'a rolling release',
      project(2),
      [deployment(3, { readySubstate: 'ROLLING' }), ...newest(2, 1)],
      {},
      'rolled out in stages',
    ],
    ['no production', project(3, { targets: {} }), newest(3, 2), {}, 'nothing serves production'],
    [
      'a live one that is not listed',
      project(9),
      newest(3, 2),
      {},
      'dpl_9 is not among the newest 2',
    ],
    [
      'a rollback of a rollback',
      project(2, moved('rollback', 3, 2)),
      newest(3, 2, 1),
      {},
      'only a person',
    ],
    [
      'a first deployment',
      project(1),
      newest(1),
      {},
      'none of the newest 1 of production served before',
    ],
    [
      'one whose predecessor is not listed',
      project(3, moved('promote', 9, 3)),
      newest(3, 2),
      {},
      'served before',
    ],
    [
      'a named one that is not listed',
      project(3),
      newest(3, 2),
      { to: 'dpl_7' },
      'dpl_7 is not among',
    ],
    ['the live one', project(3), newest(3, 2), { to: 'dpl_3' }, 'dpl_3 is live already'],
    [
      'a named one that never served',
      project(3),
      [deployment(3), deployment(2, { readySubstate: 'STAGED' })],
      { to: 'dpl_2' },
      'never served production',
    ],
    [
      'a deleted one',
      project(3),
      [deployment(3), deployment(2, { state: 'DELETED' })],
      { to: 'dpl_2' },
      'is gone (DELETED)',
    ],
    [
      'one that is not kept',
      project(3),
      [deployment(3), deployment(2, { isRollbackCandidate: false })],
      {},
      'does not keep dpl_2',
    ],
    [
      'further than Hobby goes',
      project(3),
      newest(3, 2, 1),
      { to: 'dpl_1', plan: 'hobby' },
      'on the Hobby plan only the previous deployment (dpl_2)',
    ],
    [
      'what Hobby cannot skip',
      project(3),
      [again(3, 'dpl_2'), ...newest(2, 1)],
      { plan: 'hobby' },
      'not dpl_1',
    ],
  ])('refuses %s', (_, one, deployments, wish, why) => {
    expect(rollbackTarget(one, deployments, { ...WISH, ...wish })).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining(why),
    });
  });
});
