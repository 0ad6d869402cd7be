import { blockFaults } from './block-faults.js';
import { type StandIn, type StandInCall, startStandIn } from './stand-in.js';

/** A message that stands in the channel. */
export interface SlackMessage {
  readonly ts: string;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what the blocks hold
  blocks: any[];
  readonly metadata: unknown;
  /** The message that it answers; null for one of its own. */
  readonly thread: string | null;
  /** Whether it stands in the channel, and not only in a thread. */
  readonly inChannel: boolean;
  /** How often it was changed. */
  edits: number;
}

/** Slack, as far as it takes messages of one app in one channel. */
export interface SlackServer extends StandIn {
  /** The Web API's address. */
  readonly api: string;
  readonly messages: readonly SlackMessage[];
  /** What was answered to those who pressed, oldest first. */
  readonly whispers: readonly string[];
  /** Where answers to a press go. */
  readonly responseUrl: string;
  /** Whether the app may read the channel's history. */
  seeing: boolean;
  /** Somebody deletes a message. */
  remove(ts: string): void;
}

export const SLACK_TOKEN = 'xoxb-test-0123456789';
export const SLACK_CHANNEL = 'C0123456789';

/** Start one with an empty channel. */
export async function startSlackServer(): Promise<SlackServer> {
  const messages: SlackMessage[] = [];
  const whispers: string[] = [];
  const state = { seeing: true, next: 1 };
  const find = (ts: unknown) => messages.find((one) => one.ts === ts);
  const methods: Record<string, (call: StandInCall) => object> = {
    'chat.postMessage': ({ body }) => {
      if (body.channel !== SLACK_CHANNEL) return { ok: false, error: 'channel_not_found' };
      // As Slack's: seconds of now and a counter.
      const ts = `${Math.floor(Date.now() / 1000)}.${String(state.next++).padStart(6, '0')}`;
      const { text, blocks = [], metadata = null, thread_ts: thread = null } = body;
      const inChannel = thread === null || body.reply_broadcast === true;
      messages.push({ ts, text, blocks, metadata, thread, inChannel, edits: 0 });
      return { ok: true, channel: SLACK_CHANNEL, ts };
    },
    'chat.update': ({ body }) => {
      const message = find(body.ts);
      if (message === undefined) return { ok: false, error: 'message_not_found' };
      Object.assign(message, { text: body.text, blocks: body.blocks, edits: message.edits + 1 });
      return { ok: true, channel: SLACK_CHANNEL, ts: body.ts };
    },
    'conversations.history': ({ query }) => {
      if (!state.seeing) return { ok: false, error: 'missing_scope' };
      const all = messages.filter(
        ({ ts, inChannel }) => inChannel && Number(ts) > Number(query['oldest']),
      );
      const shown = all.toReversed().map(({ ts, text, metadata }) => ({ ts, text, metadata }));
      return { ok: true, messages: query['include_all_metadata'] === 'true' ? shown : [] };
    },
  };
  const server = await startStandIn((call, violations) => {
    if (call.path.startsWith('/actions/')) {
      whispers.push(call.body.text);
      return { status: 200, body: 'ok' };
    }
    const method = methods[call.path.replace('/api/', '')];
    if (method === undefined) {
      violations.push(`${call.path}: no such method`);
      return { status: 404 };
    }
    if (call.headers.authorization !== `Bearer ${SLACK_TOKEN}`) {
      return { status: 200, body: { ok: false, error: 'invalid_auth' } };
    }
    violations.push(...blockFaults(call.body));
    return { status: 200, body: method(call) };
  });
  return {
    ...server,
    api: `${server.url}/api`,
    messages,
    whispers,
    responseUrl: `${server.url}/actions/T1/2/secret`,
    get seeing() {
      return state.seeing;
    },
    set seeing(value) {
      state.seeing = value;
    },
    remove: (ts) =>
      void messages.splice(
        messages.findIndex((one) => one.ts === ts),
        1,
      ),
  };
}
