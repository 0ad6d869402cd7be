import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Door, type Passing, type Standing, startDoor } from '../support/door.js';
import { mergeInto } from '../support/github/git-world.js';
import { gitHubRepository } from '../support/github/repository.js';
import { type GitHubServer, startGitHubServer } from '../support/github-server.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import { healthy } from '../support/life.js';
import { until } from '../support/stack.js';

/** A request of a revert, or of its undo, at which the functions are killed. */
interface Point {
  readonly step: string;
  readonly when: 'before' | 'after';
  /** What the request's path ends with; only requests with a body, or a DELETE's path, are meant. */
  readonly path: RegExp;
  readonly merge?: boolean;
  readonly undo?: boolean;
}

const STEPS: readonly Omit<Point, 'when'>[] = [
  { step: 'commit', path: /\/git\/commits$/ },
  { step: 'branch', path: /\/git\/refs$/ },
  { step: 'pull request', path: /\/pulls$/ },
  { step: 'merge', path: /\/pulls\/\d+\/merge$/, merge: true },
  { step: 'closing', path: /\/pulls\/\d+$/, undo: true },
  { step: 'removal of the branch', path: /\/git\/refs\/heads/, undo: true },
];

const CASES = STEPS.flatMap((step) =>
  (['before', 'after'] as const).map((when) => ({ ...step, when })),
).map((point, i) => ({ ...point, component: `k${i}` }));
type Case = (typeof CASES)[number];

const undos = CASES.filter(({ undo }) => undo);
const reverts = CASES.filter(({ undo }) => !undo);
const wanted = new Map<string, string>();

let stack: KillableStack;
let gitHub: GitHubServer;
let api: Door;

beforeAll(async () => {
  gitHub = await startGitHubServer({
    token: 'github_test',
    repositories: CASES.map(({ component }) => gitHubRepository(`acme/${component}`)),
    // By its clock a pull request is old enough to be merged as soon as it is open.
    now: () => new Date(Date.now() - 40_000),
  });
  api = await startDoor(gitHub.url);
  stack = await startKillableStack({
    settings: {
      ...{ recoveryShare: 1, freshIntervals: 100, verifyPatienceS: 120, executorPatienceS: 15 },
      // Longer than GitHub takes to show a branch: an attempt after the claim need not wait for that.
      claimS: 31,
    },
    env: { GITHUB_API_URL: api.url, GITHUB_TOKEN: 'github_test' },
  });
  for (const { component, merge = false } of CASES) {
    const rollback = { by: 'revert', merge };
    const platform = { type: 'github', repository: `acme/${component}`, rollback };
    const put = await stack.call('PUT', `/api/components/${component}`, { platform });
    expect(put.status).toBeLessThan(300);
  }
  await live();
  for (const one of undos) wanted.set(one.component, await ask(one));
  await end(undos);
  const standing = CASES.map(hold);
  // One after another: of several that claim at once some are told to come back.
  for (const one of reverts) wanted.set(one.component, await ask(one));
  for (const one of undos) wanted.set(one.component, await undo(one));
  await Promise.all(standing.map(({ reached }) => reached));
  await stack.kill();
  await stack.restart();
  await end(CASES);
}, 600_000);

afterAll(async () => {
  await stack?.close();
  await api?.close();
  await gitHub?.close();
});

const live = () => {
  const at = new Date().toISOString();
  const samples = CASES.map(({ component }) => ({ component, at, ...healthy }));
  return stack.call('POST', '/api/ingest', samples);
};

async function ask({ component }: Case): Promise<string> {
  const asked = { component, action: 'rollback', reason: 'a fault test' };
  const { status, body } = await stack.call('POST', '/api/recover', asked);
  expect({ status, body }).toMatchObject({ status: 202 });
  return body.recovery.id;
}

async function undo({ component }: Case): Promise<string> {
  const path = `/api/recoveries/${wanted.get(component)}/undo`;
  const { status, body } = await stack.call('POST', path, { reason: 'a fault test' });
  expect({ status, body }).toMatchObject({ status: 202 });
  return body.recovery.id;
}

function hold({ component, path, when }: Case): Standing {
  const isMeant = (passing: Passing): boolean =>
    passing.path.includes(`/acme/${component}/`) &&
    path.test(passing.path) &&
    (passing.body !== '' || passing.path.includes('/git/refs/'));
  return api.hold(when, isMeant);
}

/** Live on, sweep, and merge as a person would, until the recoveries of some components have ended. */
const end = (some: readonly Case[]) =>
  until(
    'the end of every recovery',
    async () => {
      await live();
      await stack.call('POST', '/api/sweep', {});
      const states = await Promise.all(some.map(stateOf));
      some.forEach((one, i) => {
        if (states[i] === 'verifying' && !one.undo) mergeOf(one);
      });
      return some.filter((_, i) => !['succeeded', 'failed'].includes(states[i] ?? ''));
    },
    (left) => left.length === 0,
    240_000,
  );

const recoveryOf = async ({ component }: Case) =>
  (await stack.call('GET', `/api/recoveries/${wanted.get(component)}`)).body;

const stateOf = async (one: Case): Promise<string> => (await recoveryOf(one)).state;

function repositoryOf({ component }: Case) {
  const repository = gitHub.state.get(`acme/${component}`);
  if (repository === undefined) throw new Error('the repository is gone');
  return repository;
}

function mergeOf(one: Case): void {
  const repository = repositoryOf(one);
  const pull = repository.pulls.find(({ state }) => state === 'open');
  if (pull !== undefined) gitHub.deployed(repository, mergeInto(repository, pull, new Date()));
}

describe('the functions, killed while they work on a revert', () => {
  it.each(reverts)('$when the $step: open one pull request, and end', async (one) => {
    expect(await recoveryOf(one)).toMatchObject({ state: 'succeeded', error: null });
    const { branches, pulls, deployments, commits } = repositoryOf(one);
    expect(pulls).toHaveLength(1);
    expect(pulls[0]?.merged_at).not.toBeNull();
    expect(Object.keys(branches)).toEqual([
      'main',
      `forestall/revert-${wanted.get(one.component)}`,
    ]);
    expect(deployments).toHaveLength(3);
    const live = commits.find(({ sha }) => sha === branches['main']);
    expect(live?.tree).toBe(commits[0]?.tree);
  });

  it.each(undos)('$when the $step: leave nothing of it', async (one) => {
    expect(await recoveryOf(one)).toMatchObject({ state: 'succeeded', error: null });
    const { branches, pulls, deployments } = repositoryOf(one);
    expect(pulls).toMatchObject([{ state: 'closed', merged_at: null }]);
    expect(Object.keys(branches)).toEqual(['main']);
    expect(deployments).toHaveLength(2);
  });
});
