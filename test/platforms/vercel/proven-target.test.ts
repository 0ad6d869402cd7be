import { describe, expect, it } from 'vitest';
import type { KnownState, Standing } from '../../../lib/domain/decide/known-state.js';
import type { Deployment, Project } from '../../../lib/platforms/vercel/answers.js';
import {
  type RollbackWish,
  rollbackTarget,
} from '../../../lib/platforms/vercel/rollback-target.js';

const deployment = (order: number, given: Partial<Deployment> = {}): Deployment => ({
  uid: `dpl_${order}`,
  name: 'shop',
  created: new Date(order * 60_000),
  state: 'READY',
  readySubstate: 'PROMOTED',
  meta: { githubCommitSha: `commit-${order}` },
  ...given,
});

const project = (live: number): Project => ({
  autoAssignCustomDomains: true,
  paused: false,
  targets: { production: { id: `dpl_${live}` } },
});

const ALL = [4, 3, 2, 1].map((order) => deployment(order));

const state = (deploymentId: string, standing: Standing, version = 'other'): KnownState => ({
  deploymentId,
  version,
  instances: null,
  lastSeen: new Date(0),
  healthyMinutes: 90,
  evidence: '90 healthy minutes',
  schema: null,
  incidents: 0,
  standing,
});

const choose = (known: readonly KnownState[], wish: Partial<RollbackWish> = {}, all = ALL) =>
  rollbackTarget(project(4), all, { byPerson: false, plan: 'pro', known, ...wish });

describe('rollbackTarget, by what the ledger knows', () => {
  it.each<[string, KnownState[], string, Standing]>([
    ['the one before, where nothing is known', [], 'dpl_3', 'unproven'],
    ['the proven one, past an unknown one', [state('dpl_2', 'proven')], 'dpl_2', 'proven'],
    [
      'the newest proven one',
      [state('dpl_1', 'proven'), state('dpl_2', 'proven')],
      'dpl_2',
      'proven',
    ],
    ['the one before a bad one', [state('dpl_3', 'bad')], 'dpl_2', 'unproven'],
    [
      'past one whose commit has a bad record elsewhere',
      [state('dpl_0', 'bad', 'commit-3')],
      'dpl_2',
      'unproven',
    ],
    [
      'one that did well in one of its lives',
      [state('dpl_3+1700000000000', 'bad'), state('dpl_3+1600000000000.2', 'proven')],
      'dpl_3',
      'proven',
    ],
    [
      'none that only begins so',
      [state('dpl_33', 'proven'), state('dpl_2', 'proven')],
      'dpl_2',
      'proven',
    ],
  ])('goes to %s', (_, known, id, standing) => {
    expect(choose(known)).toMatchObject({ kind: 'found', to: { uid: id }, standing });
  });

  it('goes to no proven one that Vercel does not keep any more', () => {
    const all = [deployment(4), deployment(3), deployment(2, { isRollbackCandidate: false })];
    expect(choose([state('dpl_2', 'proven')], {}, all)).toMatchObject({ to: { uid: 'dpl_3' } });
  });

  it('goes on Hobby to the previous one alone, whatever is proven', () => {
    const hobby = { plan: 'hobby' } as const;
    expect(choose([state('dpl_2', 'proven')], hobby)).toMatchObject({
      to: { uid: 'dpl_3' },
      standing: 'unproven',
    });
    expect(choose([state('dpl_3', 'bad'), state('dpl_2', 'proven')], hobby)).toEqual({
      kind: 'refused',
      why: 'on the Hobby plan only dpl_3 can be returned to, and it has a bad record',
    });
  });

  it('goes nowhere where all have a bad record', () => {
    const bad = [1, 2, 3].map((order) => state(`dpl_${order}`, 'bad'));
    expect(choose(bad)).toMatchObject({
      kind: 'refused',
      why: 'every deployment that could be returned to has a bad record',
    });
  });

  it('goes to no bad one that is named, except to take a rollback back', () => {
    const bad = [state('dpl_2', 'bad')];
    const named = { to: 'dpl_2', byPerson: true };
    expect(choose(bad, named)).toMatchObject({ why: expect.stringContaining('bad record') });
    expect(choose(bad, { ...named, isUndo: true })).toMatchObject({ to: { uid: 'dpl_2' } });
  });

  it('takes the name of a state for its deployment', () => {
    expect(choose([], { to: 'dpl_2+1700000000000.3' })).toMatchObject({ to: { uid: 'dpl_2' } });
  });
});
