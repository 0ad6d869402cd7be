import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, Delivery } from '../../lib/notify/channel.js';
import { webhookChannel } from '../../lib/notify/webhook.js';
import { asking } from '../domain/notify/build.js';
import {
  startWebhookReceiver,
  WEBHOOK_SECRET,
  type WebhookReceiver,
} from '../support/notify/webhook-receiver.js';
import { groupMessage, message } from './message.js';

let receiver: WebhookReceiver;
let channel: Channel;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  channel = webhookChannel({
    baseUrl: receiver.hook,
    secret: WEBHOOK_SECRET,
    fetch,
    now: () => new Date(),
    timeoutMs: 2000,
    link: 'https://forestall.example',
  });
});

afterEach(() => receiver.close());

const PATH = '/hook/secret-path';

async function tell(...args: Parameters<typeof message>): Promise<Delivery> {
  const delivery = await channel.tell(message(...args));
  const shown = inspect(delivery, { depth: 9 });
  for (const secret of [WEBHOOK_SECRET, 'secret-path']) expect(shown).not.toContain(secret);
  return delivery;
}

describe('webhookChannel', () => {
  it('sends a signed message for each thing that is told, with an id of its own', async () => {
    await tell();
    await tell({ event: 'closed', seq: 2 }, { phase: 'closed' });
    expect(receiver.received).toMatchObject([
      { id: expect.stringMatching(/^msg_[0-9a-f-]{36}_1$/), body: { type: 'incident.opened' } },
      { id: expect.stringMatching(/_2$/), body: { type: 'incident.closed' } },
    ]);
  });

  it('says what is the matter, and what is asked', async () => {
    await tell({}, { phase: 'asking', asks: asking('r1') });
    expect(receiver.received[0]?.body.data).toMatchObject({
      incident_id: 'incident-1',
      component: 'shop',
      cause: 'memory grows',
      approval: { recovery_id: 'r1', what: 'restart shop', until: '2026-03-03T00:00:00.000Z' },
    });
  });

  it('tells of what needs a person outside any incident', async () => {
    await tell({}, { incidentId: null, escalation: 'unknown:1:1', kind: 'escalation' });
    expect(receiver.received[0]?.body).toMatchObject({
      type: 'escalation.opened',
      data: { id: expect.any(String), incident_id: null, component: 'shop' },
    });
  });

  it('tells of many', async () => {
    await channel.tell(groupMessage());
    expect(receiver.received[0]?.body).toMatchObject({ type: 'group.opened' });
  });

  it.each([
    ['a lost answer', { ending: 'drop', effect: true }, 1],
    ['a 500 though it was taken', { status: 500, effect: true }, 1],
    ['a 500', { status: 500 }, 0],
    ['a 404', { status: 404 }, 0],
    ['a 401', { status: 401 }, 0],
    ['a redirect', { status: 307, headers: { location: 'https://evil.example' } }, 0],
  ] as const)('sends the same message again after %s', async (_, answer, repeats) => {
    receiver.answerNext(PATH, answer);
    expect(await tell()).toMatchObject({ kind: 'later' });
    expect(await tell({ again: true, unsureSince: new Date() })).toMatchObject({ kind: 'told' });
    expect(receiver.received).toHaveLength(1);
    expect(receiver.repeats()).toBe(repeats);
  });
});
