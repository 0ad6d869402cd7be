import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTrustedFacts, settingsTrouble } from '../../lib/flows/trusted-facts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack({ settings: { intervalS: 60 } });
});

afterAll(() => stack.close());

it('counts as paused, loudly, while the settings cannot be read', async () => {
  expect(await readTrustedFacts(stack.app)).toMatchObject({ paused: false });
  await stack.app.sql`update control set settings = '{"actionsPerHour": 0, "of_the_future": 1}'`;
  const lines: unknown[] = [];
  const app = { ...stack.app, log: (line: object) => lines.push(line) };
  expect(await readTrustedFacts(app)).toMatchObject({
    paused: true,
    pausedWhy: expect.stringContaining('the settings cannot be read: of_the_future'),
  });
  expect(lines).toMatchObject([{ level: 'error', event: 'settings_unreadable' }]);
  expect(await stack.call('GET', '/api/health?deep=1')).toMatchObject({
    status: 503,
    body: { ok: false, paused: true, trouble: expect.stringContaining('of_the_future') },
  });
  await stack.app.sql`update control set settings = '{"actionsPerHour": 0}'`;
  expect(await readTrustedFacts(app)).toMatchObject({ paused: false });
});

it('says so when there is no control row: nothing may be decided then', async () => {
  await stack.app.sql`delete from control`;
  const lines: unknown[] = [];
  const app = { ...stack.app, log: (line: object) => lines.push(line) };
  expect(await readTrustedFacts(app)).toBeNull();
  expect(lines).toMatchObject([{ level: 'error', event: 'control_row_missing' }]);
});

it('names what is wrong, and nothing where nothing is', () => {
  expect(settingsTrouble(stack.app, {})).toBeNull();
  expect(settingsTrouble(stack.app, { agreeing: 0 })).toContain('agreeing');
});
