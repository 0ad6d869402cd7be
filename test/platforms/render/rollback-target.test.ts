import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownState } from '../../../lib/domain/decide/known-state.js';
import { Deploy } from '../../../lib/platforms/render/answers.js';
import {
  type RollbackWish,
  rollbackTarget,
} from '../../../lib/platforms/render/rollback-target.js';
import { sameVersion, versionOf } from '../../../lib/platforms/render/version.js';
import { type RenderDeploy, renderDeploy } from '../../support/render/service.js';

const AUTOMATIC: RollbackWish = { byPerson: false };
const PERSON: RollbackWish = { byPerson: true };

/** Deploys as the adapter hands them over: newest first. */
const newestFirst = (deploys: readonly RenderDeploy[]) =>
  deploys.map((deploy) => Deploy.parse(deploy)).reverse();

const choose = (deploys: readonly RenderDeploy[], wish: RollbackWish) =>
  rollbackTarget(newestFirst(deploys), wish);

const commit = (order: number) => ({ commit: { id: `commit-${order}` } });
const back = (to: number) => ({ ...commit(to), trigger: 'rollback' });

const OLD = renderDeploy(1);
const GOOD = renderDeploy(2);
const LIVE = renderDeploy(9, 'live');

describe('rollbackTarget, without a named target', () => {
  it.each<[string, RenderDeploy[], string]>([
    ['the one before', [OLD, GOOD, LIVE], 'dep-2'],
    ['not what failed to build', [GOOD, renderDeploy(3, 'build_failed'), LIVE], 'dep-2'],
    ['not what failed to start', [GOOD, renderDeploy(3, 'update_failed'), LIVE], 'dep-2'],
    ['not what failed before', [GOOD, renderDeploy(3, 'pre_deploy_failed'), LIVE], 'dep-2'],
    ['not what was canceled', [GOOD, renderDeploy(3, 'canceled'), LIVE], 'dep-2'],
    ['not the same commit again', [GOOD, renderDeploy(3, 'deactivated', commit(9)), LIVE], 'dep-2'],
    [
      'not what shows no version',
      [GOOD, { id: 'dep-3', status: 'deactivated', createdAt: LIVE.createdAt }, LIVE],
      'dep-2',
    ],
    ['nothing newer than the live one', [GOOD, LIVE, renderDeploy(10)], 'dep-2'],
    [
      'a rollback that was live',
      [OLD, GOOD, renderDeploy(3, 'deactivated', back(1)), LIVE],
      'dep-3',
    ],
    [
      'not what a rollback has left',
      [OLD, GOOD, renderDeploy(3, 'deactivated', back(1)), renderDeploy(4, 'live', commit(1))],
      '',
    ],
    [
      'what was left and then deployed again',
      [
        OLD,
        GOOD,
        renderDeploy(3, 'deactivated', back(1)),
        renderDeploy(4, 'deactivated', commit(2)),
        LIVE,
      ],
      'dep-4',
    ],
    [
      'nothing between a rollback and where it went',
      [
        renderDeploy(0),
        OLD,
        GOOD,
        renderDeploy(3),
        renderDeploy(4, 'deactivated', back(1)),
        renderDeploy(5, 'live', commit(1)),
      ],
      'dep-0',
    ],
    [
      'nothing at all when a rollback went further than can be seen',
      [OLD, GOOD, renderDeploy(3, 'deactivated', back(-7)), renderDeploy(4, 'live', commit(-7))],
      '',
    ],
  ])('takes %s', (_, deploys, id) => {
    const target = choose(deploys, AUTOMATIC);
    expect(target.kind === 'found' ? target.to.id : '').toBe(id);
    if (target.kind === 'found') expect(target.from.status).toBe('live');
  });

  it.each<[string, RenderDeploy[], string]>([
    ['there are no deploys', [], 'no deploy is live, so there is nothing to roll back'],
    ['none is live', [OLD, GOOD], 'no deploy is live, so there is nothing to roll back'],
    ['it is the first', [LIVE], 'none of the newest 1 deploys was live with another, good version'],
    [
      'the live one shows no version',
      [GOOD, { id: 'dep-9', status: 'live', createdAt: LIVE.createdAt }],
      'Render shows neither commit nor image of the live deploy dep-9',
    ],
    [
      'the live one is a rollback',
      [OLD, GOOD, renderDeploy(3, 'live', back(1))],
      'the live deploy dep-3 is itself a rollback: only a person may go further',
    ],
    ...[
      'created',
      'queued',
      'build_in_progress',
      'update_in_progress',
      'pre_deploy_in_progress',
      'a_status_of_tomorrow',
    ].map((status): [string, RenderDeploy[], string] => [
      `a deploy is ${status}`,
      [GOOD, LIVE, renderDeploy(10, status)],
      `deploy dep-10 is in progress (${status}): wait for its end`,
    ]),
  ])('refuses when %s', (_, deploys, why) => {
    expect(choose(deploys, AUTOMATIC)).toEqual({ kind: 'refused', why });
  });

  it.each<[string, RenderDeploy[], string]>([
    [
      'beyond where it went',
      [renderDeploy(0), OLD, GOOD, renderDeploy(3, 'live', back(1))],
      'dep-0',
    ],
    ['and not to what it left', [OLD, GOOD, renderDeploy(3, 'live', back(1))], ''],
    ['and not past what it cannot see', [OLD, GOOD, renderDeploy(3, 'live', back(-7))], ''],
  ])('lets a person roll back a rollback, %s', (_, deploys, id) => {
    for (const to of [undefined, 'previous']) {
      const target = choose(deploys, { ...PERSON, to });
      expect(target.kind === 'found' ? target.to.id : '').toBe(id);
    }
  });
});

describe('rollbackTarget, with a named target', () => {
  const deploys = [
    OLD,
    GOOD,
    renderDeploy(3, 'build_failed'),
    renderDeploy(4, 'deactivated', commit(9)),
    { id: 'dep-5', status: 'deactivated', createdAt: LIVE.createdAt },
    LIVE,
  ];

  it.each([
    ['dep-1', 'dep-1'],
    ['dep-2', 'dep-2'],
    ['previous', 'dep-2'],
  ])('takes %s as %s', (to, id) => {
    expect(choose(deploys, { to, byPerson: false })).toMatchObject({
      kind: 'found',
      from: { id: 'dep-9' },
      to: { id },
    });
  });

  it.each([
    ['dep-3', 'deploy dep-3 was never live (build_failed)'],
    ['dep-4', 'deploy dep-4 runs the same version as the live deploy dep-9'],
    ['dep-5', 'Render shows neither commit nor image of dep-5'],
    ['dep-9', 'deploy dep-9 is live already'],
    ['dep-77', "deploy dep-77 is not among the service's newest 6"],
  ])('refuses %s', (to, why) => {
    expect(choose(deploys, { to, byPerson: true })).toEqual({ kind: 'refused', why });
  });

  it('lets a person return to what a rollback has left, and nobody else', () => {
    const rolledBack = [OLD, GOOD, renderDeploy(3, 'live', back(1))];
    expect(choose(rolledBack, { to: 'dep-2', byPerson: true })).toMatchObject({
      kind: 'found',
      to: { id: 'dep-2' },
    });
    expect(choose(rolledBack, { to: 'dep-2', byPerson: false }).kind).toBe('refused');
  });
});

describe('rollbackTarget, whatever the history', () => {
  const statuses = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('live', 'deactivated') },
    {
      weight: 8,
      arbitrary: fc.constantFrom('build_failed', 'update_failed', 'canceled', 'pre_deploy_failed'),
    },
    { weight: 1, arbitrary: fc.constant('update_in_progress') },
  );
  const anyDeploy = fc.record({
    status: statuses,
    trigger: fc.constantFrom('new_commit', 'rollback', 'manual'),
    commit: fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd') }),
  });
  const history = fc
    .array(anyDeploy, { maxLength: 12 })
    .map((all) => all.map((one, order) => renderDeploy(order, one.status, one)));
  const wish = fc.record({
    byPerson: fc.boolean(),
    to: fc.constantFrom(undefined, 'previous', 'dep-0', 'dep-1', 'dep-5'),
  });

  it('goes from the newest live deploy to one that was live, of another version', () => {
    let found = 0;
    fc.assert(
      fc.property(history, wish, (deploys, wished) => {
        const target = choose(deploys, wished);
        if (target.kind === 'refused') return;
        found += 1;
        expect(target.from.id).toBe(deploys.findLast(({ status }) => status === 'live')?.id);
        expect(deploys.find(({ id }) => id === target.to.id)?.status).toBe('deactivated');
        expect(sameVersion(versionOf(target.from), versionOf(target.to))).toBe(false);
        if (!wished.byPerson) expect(target.from.trigger).not.toBe('rollback');
        if (!wished.to?.startsWith('dep')) {
          expect(target.to.createdAt.getTime()).toBeLessThan(target.from.createdAt.getTime());
        }
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(found).toBeGreaterThan(100);
  });
});

describe('rollbackTarget, with a ledger', () => {
  const deploys = [4, 3, 2, 1].map((order) =>
    renderDeploy(order, order === 4 ? 'live' : 'deactivated'),
  );
  const state = (deploymentId: string, standing: KnownState['standing'], version?: string) => ({
    deploymentId,
    version: version ?? deploymentId.replace('dep', 'commit'),
    instances: null,
    lastSeen: new Date('2026-03-01T00:00:00Z'),
    healthyMinutes: 90,
    evidence: '90 healthy minutes',
    schema: null,
    incidents: 0,
    standing,
  });
  const target = (known: readonly KnownState[], wish: Partial<RollbackWish> = {}) => {
    const found = rollbackTarget(
      deploys.map((one) => Deploy.parse(one)),
      { byPerson: false, known, ...wish },
    );
    return found.kind === 'found' ? `${found.to.id} ${found.standing}` : found.why;
  };

  it.each([
    { name: 'the previous one where it knows nothing', known: [], is: 'dep-3 unproven' },
    { name: 'the proven one', known: [state('dep-1', 'proven')], is: 'dep-1 proven' },
    {
      name: 'the newest proven one',
      known: [state('dep-1', 'proven'), state('dep-2', 'proven'), state('dep-3', 'unproven')],
      is: 'dep-2 proven',
    },
    { name: 'no bad one', known: [state('dep-3', 'bad')], is: 'dep-2 unproven' },
    {
      name: 'no version that was bad under another deploy',
      known: [state('dep-9', 'bad', 'commit-3')],
      is: 'dep-2 unproven',
    },
    {
      name: 'a version that did well under another configuration, though once badly',
      known: [state('dep-9', 'bad', 'commit-3'), state('dep-8', 'proven', 'commit-3')],
      is: 'dep-3 unproven',
    },
    {
      name: 'nothing where all are bad',
      known: [1, 2, 3].map((order) => state(`dep-${order}`, 'bad')),
      is: 'every version that could be returned to has a bad record',
    },
  ])('is $name', ({ known, is }) => {
    expect(target(known)).toBe(is);
  });

  it('is never one with a bad record, whoever names it, but for an undo', () => {
    const known = [state('dep-3', 'bad')];
    const why = 'deploy dep-3 has a bad record: incidents were blamed on it';
    expect(target(known, { to: 'dep-3' })).toBe(why);
    expect(target(known, { to: 'dep-3', byPerson: true })).toBe(why);
    expect(target(known, { to: 'dep-3', byPerson: true, isUndo: true })).toBe('dep-3 bad');
  });
});
