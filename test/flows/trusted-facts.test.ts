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
  expect(await stack.call('GET', '/api/admin/settings')).toMatchObject({
    status: 200,
    body: { paused: true, paused_why: expect.stringContaining('of_the_future') },
  });
  await stack.app.sql`update control set paused = true, paused_why = 'an audit'`;
  expect((await stack.call('GET', '/api/admin/settings')).body).toMatchObject({
    paused_why: 'an audit',
    trouble: expect.stringContaining('of_the_future'),
  });
  await stack.app.sql`update control set paused = false, paused_why = null`;
  // What is unknown can be taken back, and then all is well again.
  const mended = { settings: { of_the_future: null }, why: 'a downgrade' };
  expect(await stack.call('PATCH', '/api/admin/settings', mended)).toMatchObject({
    status: 200,
    body: { paused: false, paused_why: null, own: { actionsPerHour: 0 } },
  });
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
