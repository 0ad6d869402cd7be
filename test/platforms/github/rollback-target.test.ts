import { describe, expect, it } from 'vitest';
import { rollbackTarget, type Told } from '../../../lib/platforms/github/rollback-target.js';

const LIVE = ['success', 'in_progress'];
const REPLACED = ['inactive', 'success', 'in_progress'];

const told = (
  id: number,
  sha: string,
  states: readonly string[] = REPLACED,
  task = 'deploy',
): Told => ({
  deployment: { id, sha, task, created_at: new Date(id * 60_000) },
  states,
  liveFrom: null,
});

describe('rollbackTarget', () => {
  it.each<[string, Told[], object, number]>([
    ['the commit before', [told(3, 'c', LIVE), told(2, 'b'), told(1, 'a')], {}, 2],
    ['`previous`', [told(2, 'b', LIVE), told(1, 'a')], { to: 'previous' }, 1],
    ['no failure', [told(3, 'c', LIVE), told(2, 'b', ['failure']), told(1, 'a')], {}, 1],
    [
      'what is live below a failure',
      [told(3, 'c', ['error']), told(2, 'b', LIVE), told(1, 'a')],
      {},
      1,
    ],
    ['no build of the live commit', [told(3, 'b', LIVE), told(2, 'b'), told(1, 'a')], {}, 1],
    [
      'what a rollback has returned to',
      [told(4, 'd', LIVE), told(3, 'a', REPLACED, 'rollback'), told(2, 'b'), told(1, 'a')],
      {},
      3,
    ],
    [
      'nothing that a rollback has left',
      [
        told(5, 'a', LIVE),
        told(4, 'a', REPLACED, 'rollback'),
        told(3, 'c'),
        told(2, 'a'),
        told(1, 'z'),
      ],
      { byPerson: true },
      1,
    ],
    ['a named commit', [told(3, 'c', LIVE), told(2, 'b'), told(1, 'a')], { to: 'a' }, 1],
    [
      'back to what was left, for a person',
      [told(3, 'a', LIVE, 'rollback'), told(2, 'b'), told(1, 'a')],
      { to: 'b', byPerson: true },
      2,
    ],
    [
      'nothing that a workflow has left',
      [told(5, 'd', LIVE), told(4, 'a'), told(3, 'a'), told(2, 'b'), told(1, 'a')],
      { to: 'previous' },
      4,
    ],
    [
      'beyond what a workflow has left, for a person',
      [told(4, 'a', LIVE), told(3, 'b'), told(2, 'a'), told(1, 'z')],
      { byPerson: true },
      1,
    ],
  ])('finds %s', (_, deployments, wish, id) => {
    expect(rollbackTarget(deployments, { byPerson: false, ...wish })).toMatchObject({
      kind: 'found',
      to: { id },
    });
  });

  it.each<[string, Told[], object, string]>([
    ['without deployments', [], {}, 'none of the newest 0'],
    ['without a live one', [told(1, 'a', ['inactive'])], {}, 'none of the newest 1'],
    [
      'while one is in progress',
      [told(3, 'c', ['in_progress']), told(2, 'b', LIVE), told(1, 'a')],
      {},
      'deployment 3 has not ended',
    ],
    [
      'while one has not begun',
      [told(3, 'c', []), told(2, 'b', LIVE), told(1, 'a')],
      {},
      'deployment 3 has not ended',
    ],
    [
      'on a state that nobody knows',
      [told(3, 'c', ['odd']), told(2, 'b', LIVE)],
      {},
      'deployment 3 has not ended',
    ],
    [
      'of a rollback',
      [told(3, 'a', LIVE, 'rollback'), told(2, 'b'), told(1, 'a')],
      {},
      'only a person',
    ],
    ['of the first', [told(1, 'a', LIVE)], {}, 'no other commit'],
    [
      'of what a workflow has rolled back',
      [told(3, 'a', LIVE), told(2, 'b'), told(1, 'a')],
      {},
      'only a person',
    ],
    ['to the live one', [told(2, 'b', LIVE), told(1, 'a')], { to: 'b' }, 'b is live already'],
    [
      'to what failed',
      [told(2, 'b', LIVE), told(1, 'a', ['failure'])],
      { to: 'a' },
      'a is not among',
    ],
  ])('refuses one %s', (_, deployments, wish, why) => {
    expect(rollbackTarget(deployments, { byPerson: false, ...wish })).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining(why),
    });
  });
});
