import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { addComponent, told } from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  await addComponent(stack, 'shop', {});
});

afterAll(() => stack.close());

const version = async (): Promise<number> =>
  Number((await readDecisionFacts(stack.app.sql, null))?.version);

const lastAudit = async () => {
  const [row] = await stack.app.sql`select who, what, why from audit order by id desc limit 1`;
  return row;
};

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('a change by an administrator', () => {
  it.each([
    ['pause', 'POST', '/api/admin/pause', () => ({ why: 'a test' }), 'pause all action'],
    ['resume', 'POST', '/api/admin/resume', () => ({ why: 'a test' }), 'resume action'],
    [
      'freeze',
      'POST',
      '/api/admin/freezes',
      () => ({ component: 'shop', ends_at: inAnHour(), why: 'a test' }),
      'freeze shop',
    ],
    [
      'settings',
      'PATCH',
      '/api/admin/settings',
      () => ({ settings: { agreeing: 4 }, why: 'a test' }),
      'change settings',
    ],
  ])('%s: makes claims in the making void, and says who and why', async (...row) => {
    const [, method, path, body, what] = row;
    const before = await version();
    const { status } = await stack.call(method, path, body());
    expect(status).toBeLessThan(300);
    expect(await version()).toBeGreaterThan(before);
    expect(await lastAudit()).toEqual({ who: 'test admin', what, why: 'a test' });
  });

  it('is refused without a reason where one is needed, and nothing has changed', async () => {
    const before = await version();
    const { status } = await stack.call('PATCH', '/api/admin/settings', {
      settings: { agreeing: 5 },
    });
    expect(status).toBe(400);
    expect(await version()).toBe(before);
  });

  it('of settings that would not be valid changes none of them, and names the wrong one', async () => {
    const before = (await stack.call('GET', '/api/admin/settings')).body;
    const { status, body } = await stack.call('PATCH', '/api/admin/settings', {
      settings: { agreeing: 7, freshShare: 2 },
      why: 'a test',
    });
    expect(status).toBe(400);
    expect(body.detail).toContain('freshShare');
    expect((await stack.call('GET', '/api/admin/settings')).body).toEqual(before);
  });

  it('keeps what ten change at once', async () => {
    const names = [
      'agreeing',
      'breachesToOpen',
      'goodToClose',
      'minRequests',
      'restartsPerHour',
      'actionsPerHour',
      'stormMin',
      'breakerFailures',
      'flapChanges',
      'releaseAfter',
    ];
    const answers = await Promise.all(
      names.map((name, i) =>
        stack.call('PATCH', '/api/admin/settings', {
          settings: { [name]: i + 11 },
          why: 'a test',
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const { own } = (await stack.call('GET', '/api/admin/settings')).body;
    expect(own).toMatchObject(Object.fromEntries(names.map((name, i) => [name, i + 11])));
    await stack.call('PATCH', '/api/admin/settings', {
      settings: Object.fromEntries(names.map((name) => [name, null])),
      why: 'back again',
    });
    expect((await stack.call('GET', '/api/admin/settings')).body.own).toEqual({});
  });

  it('of the kill switch is told where everything is told', async () => {
    await stack.call('POST', '/api/admin/pause', { why: 'a test' });
    await stack.call('POST', '/api/admin/resume', { why: 'a test' });
    expect((await told(stack.app, '(all)')).slice(-2)).toEqual([
      'kill_switch_on',
      'kill_switch_off',
    ]);
  });

  it('ends a freeze at once', async () => {
    const made = await stack.call('POST', '/api/admin/freezes', {
      component: 'shop',
      ends_at: inAnHour(),
      why: 'a test',
    });
    // The list tells of it in the words in which it was answered.
    const { freezes } = (await stack.call('GET', '/api/admin/freezes')).body;
    expect(freezes.find((one: { id: string }) => one.id === made.body.id)).toEqual({
      ...made.body,
      created_by: 'test admin',
    });
    const before = await readDecisionFacts(stack.app.sql, null);
    const ended = await stack.call('DELETE', `/api/admin/freezes/${made.body.id}`);
    expect(ended.status).toBeLessThan(300);
    const after = await readDecisionFacts(stack.app.sql, null);
    expect(after?.freezes.length).toBe((before?.freezes.length ?? 0) - 1);
    expect(Number(after?.version)).toBeGreaterThan(Number(before?.version));
    expect((await stack.call('DELETE', `/api/admin/freezes/${made.body.id}`)).status).toBe(404);
  });
});
