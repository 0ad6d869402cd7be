import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filling, fillingUntil, healthy, live, send as samples } from '../support/life.js';
import {
  buttonOf,
  press,
  pressRequest,
  type SlackStack,
  startSlackStack,
} from '../support/notify/slack-stack.js';
import { send, until } from '../support/stack.js';

let world: SlackStack;

beforeAll(async () => {
  // A busy machine must not make a test's samples look stale, or a message of the test come too late.
  world = await startSlackStack({
    freshIntervals: 10,
    freshShare: 0.3,
    noticeFirstS: 0,
    noticeChangeS: 1,
    goodToClose: 2,
  });
});

afterAll(() => world.close());

const incidentsOf = async (component: string) =>
  (await world.stack.call('GET', `/api/incidents?component=${component}`)).body.incidents;

const whispers = (count: number) =>
  until(
    `${count} answers to presses`,
    async () => world.slack.whispers,
    (said) => said.length >= count,
  );

const messageShows = (what: string, part: string) =>
  until(
    what,
    async () => JSON.stringify(world.slack.messages),
    (shown) => shown.includes(part),
    60_000,
  );

describe('Slack', () => {
  it('is told, asks, takes one of two answers, and is told the end, all in one message', async () => {
    const { stack, slack, render } = world;
    const platform = { type: 'render', service_id: 'srv-1' };
    await stack.call('PUT', '/api/components/leaks', { platform, mode: 'approve' });
    await samples(stack, 'leaks', filling());
    const values = fillingUntil(() => render.effects.length > 0);
    const asked = await live(stack, 'a question in Slack', {
      component: 'leaks',
      values,
      ask: async () => JSON.stringify(slack.messages[0]?.blocks ?? []),
      isWanted: (blocks) => blocks.includes('"approve"'),
    });
    expect(asked).toContain('restart leaks');
    const value = buttonOf(world, 'approve');
    const pressed = await Promise.all([
      press(world, { user: 'U0ANN', action: 'approve', value }),
      press(world, { user: 'U0BOB', action: 'reject', value }),
    ]);
    expect(pressed.map(({ status, body }) => [status, body])).toEqual([
      [200, ''],
      [200, ''],
    ]);
    const said = await whispers(2);
    expect(said.filter((text) => /^(Approved|Rejected): restart leaks\.$/.test(text))).toHaveLength(
      1,
    );
    expect(said.filter((text) => text.startsWith('Nothing was changed: '))).toHaveLength(1);
    const [incident] = await incidentsOf('leaks');
    const shown = (await stack.call('GET', `/api/incidents/${incident.id}`)).body;
    const answers = shown.timeline.filter(({ kind }: { kind: string }) =>
      ['approved', 'rejected'].includes(kind),
    );
    expect(answers).toHaveLength(1);
    expect(answers[0].who).toMatch(/^u0(ann|bob) \(Slack U0(ANN|BOB)\)$/);
    await live(stack, 'the end in Slack', {
      component: 'leaks',
      values: () => (answers[0].kind === 'approved' ? values() : healthy),
      ask: async () => JSON.stringify(slack.messages[0]?.blocks ?? []),
      isWanted: (blocks) => blocks.includes('is well again'),
    });
    expect(render.effects.filter((effect) => effect.includes('restart')).length).toBe(
      answers[0].kind === 'approved' ? 1 : 0,
    );
    expect(slack.messages.filter(({ thread }) => thread === null)).toHaveLength(1);
    expect(JSON.stringify(slack.messages)).not.toContain('"actions"');
  }, 180_000);

  it('says to a press that comes late what became of the question, and changes nothing', async () => {
    const { stack, slack } = world;
    const [incident] = await incidentsOf('leaks');
    const { recoveries } = (await stack.call('GET', `/api/incidents/${incident.id}`)).body;
    const value = `${incident.id} ${recoveries[0].id}`;
    const before = slack.whispers.length;
    await press(world, { user: 'U0BOB', action: 'reject', value });
    const said = await whispers(before + 1);
    expect(said.at(-1)).toMatch(/^(Nothing was changed: nothing waits for approval|Rejected)/);
    const after = (await stack.call('GET', `/api/incidents/${incident.id}`)).body;
    expect(after.recoveries[0].state).toBe(recoveries[0].state);
  });

  it('believes nobody who cannot sign, and no old or altered press', async () => {
    const url = `${world.stack.url}/api/webhooks/slack`;
    const { body, headers } = pressRequest(world, { user: 'U0ANN', action: 'snooze', value: 'x' });
    const old = String(Math.floor(Date.now() / 1000) - 301);
    const attempts = [
      [body, { 'content-type': headers['content-type'] }],
      [body, { ...headers, 'x-slack-request-timestamp': old }],
      [`${body}&more=1`, headers],
    ] as const;
    for (const [text, shown] of attempts) {
      expect((await send(url, 'POST', text, shown)).status).toBe(401);
    }
    const path = await send(`${url}/slack-signing-secret-of-the-test`, 'POST', body, {});
    expect(path.status).toBe(401);
  });

  it('takes what is not its business without doing anything', async () => {
    const before = world.slack.whispers.length;
    const odd = [
      { user: 'U0ANN', action: 'open-link', value: 'x' },
      { user: 'U0ANN', action: 'approve', value: 'no id' },
    ];
    for (const one of odd) expect((await press(world, one)).status).toBe(200);
    expect(world.slack.whispers).toHaveLength(before);
  });

  it('tells who is not on the list that nothing was changed', async () => {
    const before = world.slack.whispers.length;
    const [incident] = await incidentsOf('leaks');
    await press(world, { user: 'U0EVE', action: 'snooze', value: incident.id });
    expect((await whispers(before + 1)).at(-1)).toContain('not on the list');
  });

  it('never shows its secrets', async () => {
    const rows = await world.stack.app.sql`select * from notifications`;
    const shown = JSON.stringify(rows);
    for (const secret of ['xoxb-', 'slack-signing', '/actions/'])
      expect(shown).not.toContain(secret);
    await messageShows('the link', world.stack.url);
  });
});
