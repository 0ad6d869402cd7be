import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerPress, RESPOND_PURPOSE } from '../../lib/flows/answer-press.js';
import { takePress } from '../../lib/flows/take-press.js';
import { tellPeople } from '../../lib/flows/tell-people.js';
import type { Press } from '../../lib/queue/messages.js';
import type { Outgoing } from '../../lib/queue/queue.js';
import { seal } from '../../lib/security/seal.js';
import { addComponent, addIncident, addRecovery, reread, timeline } from '../support/flow-parts.js';
import { type SlackStack, startSlackStack } from '../support/notify/slack-stack.js';

let world: SlackStack;
let names = 0;

beforeAll(async () => {
  world = await startSlackStack({ noticeBurst: 1000 });
});

afterAll(() => world.close());

async function waiting(approveInS = 600) {
  names += 1;
  const { app } = world.stack;
  const componentId = await addComponent(world.stack, `pressed-${names}`);
  const incidentId = await addIncident(app, componentId);
  const given = {
    incidentId,
    approveInS,
    state: 'awaiting_approval',
    origin: 'automatic',
  } as const;
  const { id } = await addRecovery(app, componentId, given);
  return { incidentId, id, componentId };
}

const press = (given: Partial<Press> & { incident_id: string }): Press => ({
  action: 'approve',
  recovery_id: null,
  user_id: 'U0ANN',
  user_name: 'ann',
  respond_to: seal(world.slack.responseUrl, RESPOND_PURPOSE, world.stack.app.secrets),
  ...given,
});

const quiet = () => {
  const { app } = world.stack;
  return { ...app, log: () => undefined, queue: { ...app.queue, publish: async () => undefined } };
};

async function answer(given: Parameters<typeof press>[0]): Promise<string> {
  const { outcome } = await answerPress(quiet(), press(given));
  expect(world.slack.whispers.at(-1)).toBe(outcome);
  return outcome;
}

const state = async (id: string) => (await reread(world.stack.app, id)).state;

describe('answerPress', () => {
  it('approves by the way of the API, with who and when', async () => {
    const { incidentId, id } = await waiting();
    const said = await answer({ incident_id: incidentId, recovery_id: id });
    expect(said).toBe(`Approved: restart pressed-${names}.`);
    const recovery = await reread(world.stack.app, id);
    expect(recovery).toMatchObject({ state: 'planned', approvedBy: 'ann (Slack U0ANN)' });
    const [audit] = await world.stack.app.sql`
      select who, what from audit where detail ->> 'recovery_id' = ${id}::text`;
    expect(audit).toEqual({ who: 'ann (Slack U0ANN)', what: 'approve' });
  });

  it('rejects', async () => {
    const { incidentId, id } = await waiting();
    await answer({ action: 'reject', incident_id: incidentId, recovery_id: id });
    expect(await state(id)).toBe('skipped');
    expect(await timeline(world.stack.app, incidentId)).toContain('rejected');
  });

  it.each(['approve', 'reject'] as const)(
    'says the same when %s is delivered twice',
    async (action) => {
      const { incidentId, id } = await waiting();
      const given = { action, incident_id: incidentId, recovery_id: id };
      const first = await answer(given);
      expect(await answer(given)).toBe(first);
    },
  );

  it('tells the second of two that it was too late', async () => {
    const { incidentId, id } = await waiting();
    await answer({ incident_id: incidentId, recovery_id: id });
    const second = { action: 'reject', user_id: 'U0BOB', user_name: 'bob' } as const;
    const said = await answer({ ...second, incident_id: incidentId, recovery_id: id });
    expect(said).toContain('Nothing was changed: nothing waits for approval: restart is planned');
    expect(await state(id)).toBe('planned');
  });

  it('tells who comes after the time was up', async () => {
    const { incidentId, id } = await waiting(-1);
    expect(await answer({ incident_id: incidentId, recovery_id: id })).toContain('its time was up');
    expect(await state(id)).toBe('awaiting_approval');
  });

  it('does not answer another question than that of its button', async () => {
    const old = await waiting();
    await answer({ action: 'reject', incident_id: old.incidentId, recovery_id: old.id });
    await world.stack.app.sql`
      update recoveries set step = 5 where id = ${old.id}::uuid`;
    const next = await addRecovery(world.stack.app, old.componentId, {
      incidentId: old.incidentId,
      approveInS: 600,
      state: 'awaiting_approval',
      origin: 'automatic',
    });
    const stale = { user_id: 'U0BOB', user_name: 'bob' };
    const said = await answer({ ...stale, incident_id: old.incidentId, recovery_id: old.id });
    expect(said).toContain('Nothing was changed');
    expect(await state(next.id)).toBe('awaiting_approval');
    const other = await waiting();
    await answer({ incident_id: other.incidentId, recovery_id: next.id });
    expect(await state(next.id)).toBe('awaiting_approval');
    expect(await state(other.id)).toBe('awaiting_approval');
  });

  it('takes nothing from who is not on the list', async () => {
    const { incidentId, id } = await waiting();
    const eve = { user_id: 'U0EVE', user_name: 'eve' };
    expect(await answer({ ...eve, incident_id: incidentId, recovery_id: id })).toContain(
      'not on the list',
    );
    expect(await state(id)).toBe('awaiting_approval');
  });

  it('does what was asked though the person cannot be told', async () => {
    const { incidentId, id } = await waiting();
    world.slack.answerNext('/actions/T1/2/secret', { status: 404 });
    await answerPress(quiet(), press({ incident_id: incidentId, recovery_id: id }));
    expect(await state(id)).toBe('planned');
  });

  it('answers to no other host than Slack’s', async () => {
    const { incidentId, id } = await waiting();
    const lines: object[] = [];
    const respond_to = seal('https://evil.example/x', RESPOND_PURPOSE, world.stack.app.secrets);
    const app = { ...quiet(), log: (line: object) => void lines.push(line) };
    await answerPress(app, press({ incident_id: incidentId, recovery_id: id, respond_to }));
    expect(lines).toMatchObject([{ event: 'press_not_answered', error: { code: 'refused' } }]);
  });

  it('puts the next reminder off by four hours, once, and says so in the timeline and the message', async () => {
    const { incidentId } = await waiting();
    expect(await answer({ action: 'snooze', incident_id: incidentId })).toContain(
      'nobody was told of it',
    );
    await tellPeople(quiet());
    for (const _ of [1, 2]) {
      expect(await answer({ action: 'snooze', incident_id: incidentId })).toMatch(/^Snoozed: /);
    }
    const [row] = await world.stack.app.sql`
      select
        snoozed_by as by,
        round(extract(epoch from (snoozed_until - now())) / 60)::int as "min"
      from notifications
      where incident_id = ${incidentId}::uuid`;
    expect(row).toEqual({ by: 'ann (Slack U0ANN)', min: 480 });
    expect(await timeline(world.stack.app, incidentId)).toContain('snoozed');
    await world.stack.app.sql`
      update notifications set told_at = now() - interval '1 hour'
      where incident_id = ${incidentId}::uuid`;
    await tellPeople(quiet());
    const shown = world.slack.messages.map(({ blocks }) => JSON.stringify(blocks));
    expect(shown.filter((one) => one.includes(incidentId))).toMatchObject([
      expect.stringContaining('snoozed: no reminder before'),
    ]);
  });
});

describe('takePress', () => {
  const pressed = (value: string) => ({
    userId: 'U0ANN',
    userName: 'ann\u0000\u202e',
    responseUrl: world.slack.responseUrl,
    actionId: 'approve',
    value,
    at: '1.2',
  });

  it('hands a press to the queue, with the address for the answer sealed', async () => {
    const { incidentId, id } = await waiting();
    const sent: Outgoing[] = [];
    const { app } = world.stack;
    const publish = async (messages: readonly Outgoing[]) => void sent.push(...messages);
    await takePress({ ...app, queue: { ...app.queue, publish } }, pressed(`${incidentId} ${id}`));
    expect(sent).toMatchObject([
      { path: '/api/recover', body: { press: { recovery_id: id, user_name: 'ann' } } },
    ]);
    expect(JSON.stringify(sent)).not.toContain(world.slack.responseUrl);
    expect(await state(id)).toBe('awaiting_approval');
  });

  it('carries it out at once while the queue is away', async () => {
    const { incidentId, id } = await waiting();
    const { app } = world.stack;
    const publish = () => Promise.reject(new Error('away'));
    const broken = { ...app, log: () => undefined, queue: { ...app.queue, publish } };
    await takePress(broken, pressed(`${incidentId} ${id}`));
    expect(await state(id)).toBe('planned');
  });
});
