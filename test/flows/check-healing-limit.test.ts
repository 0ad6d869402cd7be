import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { checkHealing } from '../../lib/flows/check-healing.js';
import { gitHubPlatform } from '../../lib/platforms/github.js';
import { gitHubRepository } from '../support/github/repository.js';
import { asking, BY_REVERT } from '../support/github/rig.js';
import { type GitHubServer, startGitHubServer } from '../support/github-server.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const FLEET = 40;
const PER_HOUR = 120;

let stack: TestStack;
let gitHub: GitHubServer;
let app: App;
let now = new Date('2026-03-02T00:00:00Z');

beforeAll(async () => {
  gitHub = await startGitHubServer({
    token: 'github_test',
    repositories: [gitHubRepository('acme/shop')],
    now: () => now,
  });
  stack = await startTestStack();
  const github = gitHubPlatform({
    baseUrl: gitHub.url,
    credential: () => 'github_test',
    fetch,
    now: () => now,
  });
  const platforms = { ...stack.app.platforms, github };
  app = { ...stack.app, log: () => undefined, platforms };
  await app.sql`
    insert into components (name, platform)
    select 'one-' || n, ${JSON.stringify(BY_REVERT)}::jsonb from generate_series(1, ${FLEET}::int) as n`;
}, 60_000);

afterAll(async () => {
  await stack.close();
  await gitHub.close();
});

/** A new hour at GitHub; all was last looked at so long ago that it is looked at anew. */
beforeEach(async () => {
  now = new Date(now.getTime() + 3_600_000);
  const resetAt = new Date(now.getTime() + 3_600_000);
  Object.assign(gitHub.limit, { perHour: PER_HOUR, left: PER_HOUR, resetAt });
  await app.sql`update heal_checks set checked_at = checked_at - interval '51 minutes'`;
});

const found = async () => {
  const rows = await app.sql`
    select components.name, heal_checks.result
    from heal_checks join components on components.id = heal_checks.component_id
    order by components.id`;
  return rows.map((row) => ({
    name: String(row['name']),
    text: JSON.stringify(row['result']),
  }));
};
const able = async () =>
  (await found()).filter(({ text }) => text.includes('"verdict":"yes"')).map(({ name }) => name);

it('stops looking at GitHub while real rollbacks have a reserve of its limit', async () => {
  expect(await checkHealing(app)).toEqual({ checked: FLEET, more: false });
  // Four components are looked at at once, by three calls at once: those may be on their way when the last is told.
  expect(gitHub.limit.left).toBeGreaterThanOrEqual(PER_HOUR / 4 - 12);
  const looked = await able();
  expect(looked.length).toBeGreaterThan(5);
  const others = (await found()).filter(({ name }) => !looked.includes(name));
  expect(others.length).toBeGreaterThan(5);
  for (const { text } of others) {
    expect(text).toContain('"verdict":"unknown"');
    expect(text).toContain('looked at later');
  }
  expect(await app.platforms.github.prepare(asking(BY_REVERT))).toMatchObject({ inverse: {} });
}, 60_000);

it('looks first at what was put off, so that every component has its turn', async () => {
  const before = await able();
  await checkHealing(app);
  const after = await able();
  expect(after.length).toBeGreaterThan(5);
  const left = FLEET - before.length;
  expect(after.filter((name) => before.includes(name)).length).toBe(
    Math.max(0, after.length - left),
  );
}, 60_000);
