import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, Delivery } from '../../lib/notify/channel.js';
import { dedupKey, incidentOfKey } from '../../lib/notify/pagerduty/dedup-key.js';
import { pagerDutyChannel } from '../../lib/notify/pagerduty.js';
import { asking, at } from '../domain/notify/build.js';
import {
  type PagerDutyServer,
  ROUTING_KEY,
  startPagerDutyServer,
} from '../support/notify/pagerduty-server.js';
import { groupMessage, message } from './message.js';

let pagerDuty: PagerDutyServer;
let channel: Channel;

beforeEach(async () => {
  pagerDuty = await startPagerDutyServer();
  channel = pagerDutyChannel({
    baseUrl: pagerDuty.api,
    routingKey: ROUTING_KEY,
    fetch,
    now: () => new Date(),
    timeoutMs: 2000,
    link: 'https://forestall.example',
  });
});

afterEach(() => pagerDuty.close());

const PATH = '/v2/enqueue';

async function tell(...args: Parameters<typeof message>): Promise<Delivery> {
  const delivery = await channel.tell(message(...args));
  expect(inspect(delivery, { depth: 9 })).not.toContain(ROUTING_KEY);
  return delivery;
}

describe('pagerDutyChannel', () => {
  it('keeps one alert for an incident: triggered, changed, acknowledged, resolved', async () => {
    const key = 'forestall-incident-1';
    expect(await tell()).toEqual({ kind: 'told', place: null });
    expect(pagerDuty.alerts).toMatchObject([
      { key, status: 'triggered', severity: 'error', summary: 'shop is about to fail: is watched' },
    ]);
    await tell({ event: 'changed' }, { severity: 'critical' });
    expect(pagerDuty.alerts).toMatchObject([{ severity: 'critical' }]);
    await tell({ event: 'changed' }, { acknowledgedBy: 'ann', acknowledgedAt: at(60) });
    expect(pagerDuty.alerts).toMatchObject([{ status: 'acknowledged' }]);
    await tell({ event: 'closed' }, { phase: 'closed' });
    expect(pagerDuty.alerts).toMatchObject([{ key, status: 'resolved' }]);
    expect(pagerDuty.alerts).toHaveLength(1);
  });

  it.each([
    [{ severity: 'medium' }, 'warning'],
    [{ severity: 'high' }, 'error'],
    [{ severity: 'critical' }, 'critical'],
    [{ severity: 'medium', phase: 'person' }, 'critical'],
    [{ severity: 'medium', phase: 'asking', asks: asking('r1') }, 'error'],
    [{ severity: 'critical', phase: 'asking', asks: asking('r1') }, 'critical'],
    [{ severity: 'medium', phase: 'acting', needsPerson: true }, 'warning'],
  ] as const)('makes of %j an alert that is %s', async (about, severity) => {
    await tell({}, about);
    expect(pagerDuty.alerts).toMatchObject([{ severity }]);
  });

  it('triggers when a question is new, though the incident was seen', async () => {
    await tell(
      { event: 'changed' },
      { acknowledgedBy: 'ann', phase: 'asking', asks: asking('r1') },
    );
    expect(pagerDuty.alerts).toMatchObject([{ status: 'triggered', severity: 'error' }]);
  });

  it.each([
    ['escalated', 30],
    ['changed', 90],
  ] as const)(
    'triggers by %s what somebody has seen before people were drawn to it',
    async (event, announcedS) => {
      const seen = { acknowledgedBy: 'ann', acknowledgedAt: at(60), phase: 'person' } as const;
      await tell({ event, announcedAt: at(announcedS) }, seen);
      expect(pagerDuty.alerts).toMatchObject([{ status: 'triggered', severity: 'critical' }]);
    },
  );

  it('has an alert for what needs a person outside any incident, by the id of its message', async () => {
    const about = { incidentId: null, escalation: 'unknown:1:1', phase: 'person' } as const;
    await tell({}, { ...about, cause: 'no samples' });
    await tell({ event: 'closed' }, about);
    expect(pagerDuty.alerts).toMatchObject([
      {
        key: expect.stringMatching(/^forestall-0199c0de/),
        status: 'resolved',
        summary: expect.stringContaining('no samples'),
      },
    ]);
  });

  it('tells of many in one alert', async () => {
    await channel.tell(groupMessage());
    await channel.tell(groupMessage({ event: 'closed' }));
    expect(pagerDuty.alerts).toMatchObject([{ status: 'resolved', severity: 'critical' }]);
  });

  it('keeps within PagerDuty’s limits', async () => {
    const long = 'é'.repeat(5000);
    const lists = { evidence: [long], plan: Array.from({ length: 99 }, () => long), done: [long] };
    await tell({}, { headline: long, state: long, cause: long, ...lists });
    expect(pagerDuty.alerts).toHaveLength(1);
    expect(pagerDuty.calls[0]?.text.length).toBeLessThan(512 * 1024);
  });

  it.each([400, 413])('holds back what is called unfit by %i', async (status) => {
    pagerDuty.answerNext(PATH, { status, body: { status: 'invalid event' } });
    const why = `PagerDuty: POST /enqueue answered ${status}`;
    expect(await tell()).toEqual({ kind: 'refused', why });
  });

  it.each([401, 403, 404, 302])('takes %i for a refusal that may pass', async (status) => {
    pagerDuty.answerNext(PATH, { status });
    expect(await tell()).toMatchObject({ kind: 'later' });
  });

  it.each([
    ['429', { status: 429, headers: { 'retry-after': '120' } }, { retryAfterS: 120 }],
    ['500', { status: 500 }, {}],
    ['502', { status: 502, body: '<html>' }, {}],
    ['a lost answer', { ending: 'drop', effect: true }, {}],
    ['no answer', { ending: 'hang', effect: true }, {}],
  ] as const)('is asked again after %s, which does no harm', async (_, answer, expected) => {
    pagerDuty.answerNext(PATH, answer);
    expect(await tell()).toMatchObject({ kind: 'later', ...expected });
    const isLimited = 'status' in answer && answer.status === 429;
    const again = await tell({ again: true, unsureSince: new Date() });
    // While the limit is used up nothing is sent at all.
    expect(again).toMatchObject({ kind: isLimited ? 'later' : 'told' });
    expect(pagerDuty.alerts).toHaveLength(isLimited ? 0 : 1);
  });

  it('takes any 202 for what it says, whatever stands in it', async () => {
    pagerDuty.answerNext(PATH, { body: 'no json', effect: true });
    expect(await tell()).toMatchObject({ kind: 'told' });
  });
});

describe('incidentOfKey', () => {
  const id = '0199c0de-0000-7000-8000-000000000001';

  it('reads back what dedupKey wrote', () => {
    expect(incidentOfKey(dedupKey(id))).toBe(id);
  });

  it.each(['', id, 'forestall-', 'forestall-x', `other-${id}`, `forestall-${id}x`])(
    'knows that %j is none of ours',
    (key) => {
      expect(incidentOfKey(key)).toBeNull();
    },
  );
});
