import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALM, RESTART_PLAN } from '../support/flow-parts.js';
import { type KillableStack, startKillableStack } from '../support/killable.js';
import {
  SLACK_CHANNEL,
  SLACK_TOKEN,
  type SlackServer,
  startSlackServer,
} from '../support/notify/slack-server.js';
import { until } from '../support/stack.js';

let stack: KillableStack;
let slack: SlackServer;
const POST = '/api/chat.postMessage';

beforeAll(async () => {
  slack = await startSlackServer();
  stack = await startKillableStack({
    settings: { stormMin: 100_000 },
    env: { SLACK_API_URL: slack.api, SLACK_BOT_TOKEN: SLACK_TOKEN, SLACK_CHANNEL },
  });
});

afterAll(async () => {
  await stack.close();
  await slack.close();
});

async function incident(name: string): Promise<string> {
  const id = randomUUID();
  const plan = JSON.stringify(RESTART_PLAN);
  await stack.call('PUT', `/api/components/${name}`, {});
  await stack.sql`
    insert into incidents (
      id, component_id, kind, severity, opened_by, situation, cause, plan, premise)
    select
      ${id}::uuid, id, 'failing', 'critical', 'samples', 'cpu_saturation', 'a test', ${plan}::jsonb,
      ${JSON.stringify(CALM)}::jsonb
    from components
    where name = ${name}::text`;
  return id;
}

/** Sweep until a channel is known to have been told of an incident. */
const told = (id: string) =>
  until(
    'a message that is known to stand',
    async () => {
      await stack.call('POST', '/api/sweep', {});
      return stack.sql`
        select shape is not null as told, place is not null as placed
        from notifications
        where incident_id = ${id}::uuid`;
    },
    ([row]) => row?.['told'] === true && row['placed'] === true,
    60_000,
  );

const about = (name: string) =>
  slack.messages.filter(({ text, thread }) => thread === null && text.includes(name));

/** Where the functions are when they are killed: a request of theirs that stands still. */
interface Point {
  readonly name: string;
  readonly at: string;
  readonly way: 'database' | 'queue' | 'slack';
  readonly when: 'before' | 'after';
  /** What the request holds. */
  readonly says: string;
  /** Messages that stand in the channel then. */
  readonly standing: number;
}

const CLAIM = 'insert into notifications';
const KEPT = 'told_at = now()';
const PASS = '\\"tell\\":true';

const POINTS: readonly Point[] = [
  {
    name: 'killed-1',
    at: 'before a pass is asked for',
    way: 'queue',
    when: 'before',
    says: PASS,
    standing: 0,
  },
  {
    name: 'killed-2',
    at: 'when it was asked for',
    way: 'queue',
    when: 'after',
    says: PASS,
    standing: 0,
  },
  {
    name: 'killed-3',
    at: 'before the claim',
    way: 'database',
    when: 'before',
    says: CLAIM,
    standing: 0,
  },
  {
    name: 'killed-4',
    at: 'with the claim, unanswered',
    way: 'database',
    when: 'after',
    says: CLAIM,
    standing: 0,
  },
  {
    name: 'killed-5',
    at: 'before the message stands',
    way: 'slack',
    when: 'before',
    says: '',
    standing: 0,
  },
  {
    name: 'killed-6',
    at: 'when it stands, unanswered',
    way: 'slack',
    when: 'after',
    says: '',
    standing: 1,
  },
  {
    name: 'killed-7',
    at: 'before its place is kept',
    way: 'database',
    when: 'before',
    says: KEPT,
    standing: 1,
  },
  {
    name: 'killed-8',
    at: 'with its place kept, unanswered',
    way: 'database',
    when: 'after',
    says: KEPT,
    standing: 1,
  },
];

/** Make the next request that is meant stand still; answers what moves it on, if anything does. */
function hold({ way, when, says }: Point) {
  if (way === 'slack') return slack.hold(POST, when);
  const held = stack.doors[way].hold(when, ({ body }) => body.includes(says));
  return { ...held, release: () => undefined };
}

describe('kill -9 while Slack is told', () => {
  it.each(POINTS)(
    '$at leaves one message',
    async (point) => {
      const id = await incident(point.name);
      const standing = hold(point);
      // The answer may never come: what stands still may be this call's own.
      const sweep = stack.call('POST', '/api/sweep', {}).catch(() => undefined);
      await standing.reached;
      await stack.kill();
      await sweep;
      expect(about(point.name)).toHaveLength(point.standing);
      // What was under way to Slack is lost with its sender.
      if (point.way === 'slack' && point.when === 'before')
        slack.answerNext(POST, { ending: 'drop' });
      standing.release();
      // The time for which a claim of the dead lasts passes at once.
      await stack.sql`update notifications set claimed_until = now() where claimed_until > now()`;
      await stack.restart();
      await told(id);
      expect(about(point.name)).toHaveLength(1);
    },
    120_000,
  );
});
