import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel, Delivery } from '../../lib/notify/channel.js';
import { slackChannel } from '../../lib/notify/slack.js';
import { asking } from '../domain/notify/build.js';
import {
  SLACK_CHANNEL,
  SLACK_TOKEN,
  type SlackServer,
  startSlackServer,
} from '../support/notify/slack-server.js';
import { groupMessage, message } from './message.js';

let slack: SlackServer;
let channel: Channel;

const open = (given: { token?: string; channel?: string; timeoutMs?: number } = {}): Channel =>
  slackChannel({
    baseUrl: slack.api,
    token: SLACK_TOKEN,
    channel: SLACK_CHANNEL,
    fetch,
    now: () => new Date(),
    timeoutMs: 5000,
    link: 'https://forestall.example',
    ...given,
  });

beforeEach(async () => {
  slack = await startSlackServer();
  channel = open();
});

afterEach(() => slack.close());

const POST = '/api/chat.postMessage';
const UPDATE = '/api/chat.update';

async function tell(...args: Parameters<typeof message>): Promise<Delivery> {
  const delivery = await channel.tell(message(...args));
  expect(inspect(delivery, { depth: 9 })).not.toContain(SLACK_TOKEN);
  return delivery;
}

async function posted() {
  const delivery = await tell();
  if (delivery.kind !== 'told' || delivery.place === null) throw new Error('it was not posted');
  return delivery.place;
}

const shown = () => JSON.stringify(slack.messages[0]?.blocks);
const actions = () =>
  slack.messages[0]?.blocks
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => elements.map((one: { action_id: string }) => one.action_id));

describe('slackChannel', () => {
  it('posts an incident with its cause, evidence and plan, and can be snoozed', async () => {
    expect(await posted()).toEqual({ channel: SLACK_CHANNEL, ts: slack.messages[0]?.ts });
    for (const part of [
      'shop is about to fail',
      'memory grows',
      'Memory leak detected',
      'restart',
    ]) {
      expect(shown()).toContain(part);
    }
    expect(actions()).toEqual(['snooze']);
  });

  it('asks with buttons that name what they answer', async () => {
    await tell({}, { phase: 'asking', asks: asking('r1') });
    expect(actions()).toEqual(['approve', 'reject', 'snooze']);
    expect(shown()).toContain('"value":"incident-1 r1"');
    expect(slack.messages[0]?.text).toBe('Approval needed: restart shop');
  });

  it('edits the same message, and takes its buttons off when it is over', async () => {
    const place = await posted();
    const over = { phase: 'closed', closedAt: new Date(), headline: 'shop is well again' } as const;
    expect(await tell({ event: 'closed', place }, over)).toEqual({ kind: 'told', place });
    expect(slack.messages).toMatchObject([{ ts: place['ts'], edits: 1 }]);
    expect(shown()).toContain('well again');
    expect(actions()).toEqual([]);
  });

  it('reminds in the message’s thread, shown to all', async () => {
    const place = await posted();
    await tell({ event: 'reminded', place });
    expect(slack.messages).toMatchObject([{ thread: null }, { thread: place['ts'] }]);
    expect(slack.calls.at(-1)?.body).toMatchObject({ reply_broadcast: true });
  });

  it('edits what newly needs a person, and says so in its thread, shown to all', async () => {
    const place = await posted();
    const about = { phase: 'person', state: 'a person is needed' } as const;
    expect(await tell({ event: 'escalated', seq: 2, place }, about)).toEqual({
      kind: 'told',
      place,
    });
    expect(slack.messages).toMatchObject([
      { edits: 1 },
      {
        thread: place['ts'],
        text: expect.stringContaining('You are needed: shop is about to fail'),
      },
    ]);
    expect(slack.calls.at(-1)?.body).toMatchObject({ reply_broadcast: true });
  });

  it.each([
    ['drop', true],
    ['drop', false],
  ] as const)(
    'says once in all that a person is needed, after a %s (taken: %s)',
    async (ending, effect) => {
      const place = await posted();
      const escalated = { event: 'escalated', seq: 2, place } as const;
      slack.answerNext(POST, { ending, effect });
      expect(await tell(escalated, { phase: 'person' })).toMatchObject({ kind: 'later' });
      const again = { ...escalated, again: true, unsureSince: new Date() };
      expect(await tell(again, { phase: 'person' })).toEqual({ kind: 'told', place });
      expect(slack.messages).toHaveLength(2);
    },
  );

  it('does not remind a second time when nobody knows whether it has', async () => {
    const place = await posted();
    const lost = { event: 'reminded', place, again: true, unsureSince: new Date() } as const;
    expect(await tell(lost)).toEqual({ kind: 'told', place });
    expect(slack.messages).toHaveLength(1);
  });

  it('tells of many in one message', async () => {
    expect(await channel.tell(groupMessage())).toMatchObject({ kind: 'told' });
    expect(shown()).toContain('c9 is failing');
  });

  it('shows what others have written as it is, and within Slack’s limits', async () => {
    const hostile = '<!channel> <https://evil.example|click> & '.repeat(200);
    await tell(
      {},
      {
        headline: hostile,
        cause: hostile,
        state: hostile,
        evidence: Array.from({ length: 50 }, () => hostile),
        plan: Array.from({ length: 50 }, () => hostile),
        done: Array.from({ length: 50 }, () => hostile),
        acknowledgedBy: hostile,
        asks: { ...asking('r1'), what: hostile, why: hostile },
      },
    );
    const mrkdwn = JSON.stringify(
      slack.messages[0]?.blocks.filter(({ type }) => type !== 'header'),
    );
    expect(mrkdwn).not.toMatch(/<!channel|<https:\/\/evil/);
    expect(mrkdwn).toContain('&lt;!channel&gt;');
  });

  it('lets Slack make no link, channel or mention of what others have written', async () => {
    const hostile = '#general @here https://evil.example\n*Plan*';
    const given = { cause: hostile, evidence: [hostile], done: [hostile] };
    await tell({}, { ...given, asks: { ...asking('r1'), what: hostile } });
    const written = [...JSON.stringify(slack.messages[0]?.blocks).matchAll(/"type":"mrkdwn"/g)];
    const verbatim = [...JSON.stringify(slack.messages[0]?.blocks).matchAll(/"verbatim":true/g)];
    expect(written.length).toBeGreaterThan(4);
    expect(verbatim).toHaveLength(written.length);
    expect(shown()).not.toContain('evil.example\\n');
  });

  it.each([
    ['a connection that drops before it is taken', { ending: 'drop' }, 0],
    ['a connection that drops after it was taken', { ending: 'drop', effect: true }, 1],
    ['half of an answer', { ending: 'cut' }, 1],
    ['an answer that is no JSON', { body: '<html>', effect: true }, 1],
    ['an answer without a place', { body: { ok: true }, effect: true }, 1],
    ['a 503 though it was taken', { status: 503, effect: true }, 1],
    [
      'an internal error though it was taken',
      { body: { ok: false, error: 'internal_error' }, effect: true },
      1,
    ],
  ] as const)('posts once in all after %s', async (_, answer, standing) => {
    slack.answerNext(POST, answer);
    expect(await tell()).toMatchObject({ kind: 'later', sure: false });
    expect(slack.messages).toHaveLength(standing);
    const unsureSince = new Date();
    expect(await tell({ unsureSince }, { state: 'goes on' })).toMatchObject({ kind: 'told' });
    expect(slack.messages).toHaveLength(1);
    expect(shown()).toContain('goes on');
  });

  it('gives up on an answer that does not come', async () => {
    slack.answerNext(POST, { ending: 'hang', effect: true });
    channel = open({ timeoutMs: 200 });
    expect(await tell()).toMatchObject({ kind: 'later', sure: false });
  });

  it('posts again when it cannot look: without the scope, a second message is better than none', async () => {
    slack.seeing = false;
    slack.answerNext(POST, { ending: 'drop' });
    await tell();
    expect(await tell({ unsureSince: new Date() })).toMatchObject({ kind: 'told' });
    expect(slack.messages).toHaveLength(1);
  });

  it.each(['invalid_limit', 'missing_argument', 'access_denied', 'Bearer x'])(
    'posts when it may never look, for Slack says %s',
    async (error) => {
      slack.answerNext('/api/conversations.history', { body: { ok: false, error } });
      expect(await tell({ unsureSince: new Date() })).toMatchObject({ kind: 'told' });
    },
  );

  it.each([{ status: 403 }, { body: { ok: true } }])(
    'posts when what it sees cannot be read: %j',
    async (answer) => {
      slack.answerNext('/api/conversations.history', answer);
      expect(await tell({ unsureSince: new Date() })).toMatchObject({ kind: 'told' });
    },
  );

  it.each(['internal_error', 'ratelimited', 'token_revoked'])(
    'waits when it cannot look for now, for Slack says %s',
    async (error) => {
      slack.answerNext('/api/conversations.history', { body: { ok: false, error } });
      expect(await tell({ unsureSince: new Date() })).toMatchObject({ kind: 'later' });
      expect(slack.messages).toHaveLength(0);
    },
  );

  it('finds its message among many pages', async () => {
    const page = (cursor: string) => ({
      body: {
        ok: true,
        messages: [{ ts: '1.1', metadata: { event_type: 'other', event_payload: {} } }],
        response_metadata: { next_cursor: cursor },
      },
    });
    await posted();
    slack.answerNext('/api/conversations.history', page('a'));
    expect(await tell({ unsureSince: new Date() })).toMatchObject({ kind: 'told' });
    expect(slack.messages).toMatchObject([{ edits: 1 }]);
    expect(slack.calls.at(-2)?.query['cursor']).toBe('a');
  });

  it('ends a try after the time of three calls, however many it makes', async () => {
    channel = open({ timeoutMs: 300 });
    for (const cursor of ['a', 'b', 'c', 'd', '']) {
      const answer = { ok: true, messages: [], response_metadata: { next_cursor: cursor } };
      slack.answerNext('/api/conversations.history', { body: answer, delayMs: 250 });
    }
    expect(await tell({ unsureSince: new Date() })).toMatchObject({ kind: 'later', sure: false });
    expect(slack.messages).toHaveLength(0);
  });

  it('waits as long as Slack asks', async () => {
    slack.answerNext(POST, { status: 429, headers: { 'retry-after': '7' } });
    expect(await tell()).toMatchObject({ kind: 'later', retryAfterS: 7 });
    expect(slack.messages).toHaveLength(0);
  });

  it.each([
    ['channel_not_found', { kind: 'later', sure: true }],
    ['not_in_channel', { kind: 'later', sure: true }],
    ['ratelimited', { kind: 'later', sure: true }],
    ['invalid_blocks', { kind: 'refused' }],
  ])('takes %s for what it is', async (error, expected) => {
    slack.answerNext(POST, { body: { ok: false, error } });
    const delivery = await tell();
    expect(delivery).toMatchObject({ ...expected, why: `Slack refused: ${error}` });
  });

  it('repeats no words of Slack’s that are no error', async () => {
    slack.answerNext(POST, { body: { ok: false, error: 'Bearer xoxb-secret' } });
    expect(await tell()).toMatchObject({ why: 'Slack refused: an unknown error' });
  });

  it('says that a token is not valid', async () => {
    channel = open({ token: 'xoxb-other' });
    expect(await tell()).toMatchObject({ why: 'Slack refused: invalid_auth', sure: true });
  });

  it('says that a message is gone', async () => {
    const place = await posted();
    slack.remove(place['ts'] ?? '');
    expect(await tell({ event: 'changed', place })).toEqual({ kind: 'gone' });
  });

  it('repeats an edit whose answer was lost', async () => {
    const place = await posted();
    slack.answerNext(UPDATE, { ending: 'drop', effect: true });
    expect(await tell({ event: 'changed', place })).toMatchObject({ kind: 'later' });
    const again = { event: 'changed', place, again: true, unsureSince: new Date() } as const;
    expect(await tell(again)).toEqual({ kind: 'told', place });
    expect(slack.messages).toHaveLength(1);
  });

  it('posts nothing that is over, but ends what may stand there', async () => {
    const over = { phase: 'closed', closedAt: new Date() } as const;
    const closed = { event: 'closed', unsureSince: new Date() } as const;
    expect(await tell(closed, over)).toEqual({ kind: 'told', place: null });
    expect(slack.messages).toHaveLength(0);
    await posted();
    await tell(closed, over);
    expect(actions()).toEqual([]);
  });
});
