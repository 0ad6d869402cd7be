import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addComponent, addIncident, addRecovery, timeline } from '../support/flow-parts.js';
import {
  type PagerDutyServer,
  ROUTING_KEY,
  startPagerDutyServer,
} from '../support/notify/pagerduty-server.js';
import {
  startWebhookReceiver,
  WEBHOOK_SECRET,
  type WebhookReceiver,
} from '../support/notify/webhook-receiver.js';
import { send, startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let pagerDuty: PagerDutyServer;
let receiver: WebhookReceiver;
let incidentId: string;
const SECRET = 'pagerduty-webhook-secret-of-the-test';
const FIXTURES = path.join(import.meta.dirname, '../fixtures/notify');

beforeAll(async () => {
  pagerDuty = await startPagerDutyServer();
  receiver = await startWebhookReceiver();
  stack = await startTestStack({
    settings: { stormMin: 100_000, noticeChangeS: 1 },
    env: {
      PAGERDUTY_EVENTS_URL: pagerDuty.api,
      PAGERDUTY_ROUTING_KEY: ROUTING_KEY,
      PAGERDUTY_WEBHOOK_SECRET: SECRET,
      NOTIFY_WEBHOOK_URL: receiver.hook,
      NOTIFY_WEBHOOK_SECRET: WEBHOOK_SECRET,
    },
  });
});

afterAll(async () => {
  await stack.close();
  await pagerDuty.close();
  await receiver.close();
});

/** What PagerDuty sends when something happens to an alert. */
function delivery(fixture: string, key: string) {
  const sample = JSON.parse(readFileSync(path.join(FIXTURES, fixture), 'utf8'));
  sample.event.data.incident_key = key;
  const body = JSON.stringify(sample);
  const mac = createHmac('sha256', SECRET).update(body).digest('hex');
  return { body, signature: `v1=${'0'.repeat(64)},v1=${mac}` };
}

const deliver = ({ body, signature }: { body: string; signature: string }) =>
  send(`${stack.url}/api/webhooks/pagerduty`, 'POST', body, { 'x-pagerduty-signature': signature });

const sweepUntil = (what: string, isWanted: () => boolean) =>
  until(
    what,
    async () => {
      await stack.call('POST', '/api/sweep', {});
      return isWanted();
    },
    (is) => is,
    60_000,
  );

describe('PagerDuty and a webhook', () => {
  it('are told of an incident by the next sweep', async () => {
    incidentId = await addIncident(stack.app, await addComponent(stack, 'paged'));
    await sweepUntil('an alert', () => pagerDuty.alerts.length > 0 && receiver.received.length > 0);
    expect(pagerDuty.alerts).toMatchObject([
      { key: `forestall-${incidentId}`, status: 'triggered' },
    ]);
    expect(receiver.received[0]?.body.data).toMatchObject({ incident_id: incidentId });
  });

  it('see that somebody has acknowledged the alert, who is the first for good', async () => {
    const key = `forestall-${incidentId}`;
    const seen = delivery('pagerduty-v3-incident-acknowledged.json', key);
    expect(await deliver(seen)).toMatchObject({ status: 202, body: { taken: true } });
    expect(await deliver(seen)).toMatchObject({ status: 202 });
    const { body } = await stack.call('GET', `/api/incidents/${incidentId}`);
    expect(body.acknowledged_by).toBe('Tenex Engineer (PagerDuty)');
    expect(
      (await timeline(stack.app, incidentId)).filter((kind) => kind === 'acknowledged'),
    ).toHaveLength(1);
    await sweepUntil('the acknowledgement', () => pagerDuty.alerts[0]?.status === 'acknowledged');
  });

  it.each([
    ['an alert that is not ours', 'pagerduty-v3-incident-acknowledged.json', 'other-key'],
    [
      'an incident that is not there',
      'pagerduty-v3-incident-acknowledged.json',
      'forestall-0199c0de-0000-7000-8000-00000000ffff',
    ],
    ['a new alert', 'pagerduty-v3-incident-triggered.json', 'other-key'],
  ])('take %s without doing anything', async (_, fixture, key) => {
    expect(await deliver(delivery(fixture, key))).toMatchObject({
      status: 202,
      body: { taken: false },
    });
  });

  it('are believed by their signature alone', async () => {
    const { body, signature } = delivery('pagerduty-v3-incident-acknowledged.json', 'x');
    expect((await deliver({ body, signature: '' })).status).toBe(401);
    expect((await deliver({ body: `${body} `, signature })).status).toBe(401);
    expect((await deliver({ body, signature: signature.replace(/.$/, 'x') })).status).toBe(401);
  });

  it('are told at once that nobody answered in time: the alert becomes critical, once', async () => {
    const { app } = stack;
    const componentId = await addComponent(stack, 'unanswered');
    const id = await addIncident(app, componentId);
    await app.sql`update incidents set severity = 'high' where id = ${id}::uuid`;
    await app.sql`update control set settings = '{"noticeChangeS": 3600}' where id = 1`;
    const given = { incidentId: id, state: 'awaiting_approval', origin: 'automatic' } as const;
    const recovery = await addRecovery(app, componentId, { ...given, approveInS: 3600 });
    const alert = () => pagerDuty.alerts.find(({ key }) => key === `forestall-${id}`);
    await sweepUntil('a question', () => alert()?.severity === 'error');
    expect(alert()?.summary).toContain('waits for approval');
    await app.sql`
      update recoveries set approve_by = now() - interval '1 second' where id = ${recovery.id}::uuid`;
    await sweepUntil('an escalation', () => alert()?.severity === 'critical');
    expect(alert()?.summary).toContain('a person is needed');
    const rows = await app.sql`
      select action_type
      from unified_brain
      where input_data ->> 'why' = 'nobody approved in time: restart unanswered'`;
    expect(rows).toEqual([{ action_type: 'escalation' }]);
    expect(await timeline(app, id)).toContain('paged');
    await app.sql`update control set settings = '{}' where id = 1`;
  });

  it('are told the end', async () => {
    await stack.app.sql`
      update incidents set closed_at = now(), closed_why = 'it is well' where id = ${incidentId}::uuid`;
    await sweepUntil('the end', () =>
      receiver.received.some(({ body }) => body.type === 'incident.closed'),
    );
    await sweepUntil('the resolution', () => pagerDuty.alerts[0]?.status === 'resolved');
    expect(pagerDuty.alerts).toHaveLength(2);
    const ids = receiver.received.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const { channels } = (await stack.call('GET', '/api/health?deep=1')).body;
    expect(channels).toMatchObject([
      { name: 'pagerduty', ok: true },
      { name: 'webhook', ok: true },
    ]);
  });
});
