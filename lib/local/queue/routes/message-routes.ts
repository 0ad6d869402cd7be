import { scheduleOutcome } from '../conclude.js';
import { listOf, MESSAGE_FIELDS, parseFilter } from '../filter.js';
import type { Core } from '../publish.js';
import { Refusal } from '../refusal.js';
import { param, type Route } from '../route.js';
import { drop, type Message } from '../tables.js';
import { messageView } from '../views.js';

const FILTERS = [...MESSAGE_FIELDS, 'host', 'path'];

/** Look at messages that are not delivered yet, and cancel them. */
export function messageRoutes(core: Core): readonly Route[] {
  const { messages } = core.journal.tables;
  const one = (messageId: string): Message => {
    const message = messages.get(messageId);
    if (message === undefined) {
      throw new Refusal(404, `message ${messageId} not found`);
    }
    return message;
  };
  return [
    {
      methods: ['GET'],
      pattern: /^\/v2\/messages\/([^/]+)$/,
      handle: (call) => ({ status: 200, body: messageView(one(param(call, 0)), core.plan) }),
    },
    {
      methods: ['DELETE'],
      pattern: /^\/v2\/messages\/([^/]+)$/,
      handle: async (call) => ({
        status: 202,
        body: { cancelled: await cancelMessages(core, [one(param(call, 0))]) },
      }),
    },
    {
      methods: ['DELETE'],
      pattern: /^\/v2\/messages\/?$/,
      handle: async ({ query }) => ({
        status: 202,
        body: { cancelled: await cancelMessages(core, chosen(core, query)) },
      }),
    },
  ];
}

/** Drop messages, so that they are not delivered any more; one under way may still arrive. */
export async function cancelMessages(
  { journal, engine, log }: Core,
  messages: readonly Message[],
): Promise<number> {
  // One by one in memory, because two may belong to one schedule; the disk sees one write.
  const durable = messages.map((message) => {
    log.add(message, 'CANCELED');
    return journal.commit([
      drop('messages', message.messageId),
      ...scheduleOutcome(journal.tables, message, 'FAIL'),
    ]);
  });
  messages.forEach(engine.forget);
  await Promise.all(durable);
  return messages.length;
}

function chosen({ journal }: Core, query: URLSearchParams): readonly Message[] {
  const all = [...journal.tables.messages.values()];
  if (query.has('messageIds')) {
    const ids = new Set(listOf(query, 'messageIds'));
    return all.filter(({ messageId }) => ids.has(messageId));
  }
  const filter = parseFilter(query, FILTERS, ['count', 'cursor']);
  return all.filter((message) => filter({ message, at: message.createdAt }));
}
