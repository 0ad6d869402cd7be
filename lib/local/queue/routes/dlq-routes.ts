import { draftMessage } from '../draft.js';
import { type Filter, listOf, MESSAGE_FIELDS, parseFilter, whole } from '../filter.js';
import { type MessageOptions, pickOptions, withoutTiming } from '../message-options.js';
import { accept, type Core } from '../publish.js';
import { Refusal } from '../refusal.js';
import { type Call, DONE, param, type Reply, type Route } from '../route.js';
import { parseSettings } from '../settings.js';
import { type DeadLetter, drop, type Message } from '../tables.js';
import { deadLetterView } from '../views.js';

const FILTERS = [...MESSAGE_FIELDS, 'messageId', 'responseStatus'];
const MAX_PAGE = 100;

/** List dead letters, delete them, send them again. */
export function dlqRoutes(core: Core): readonly Route[] {
  const { plan } = core;
  return [
    {
      methods: ['GET'],
      pattern: /^\/v2\/dlq\/?$/,
      handle: ({ query }) => {
        const { letters, cursor } = chosen(core, query);
        const messages = letters.map((letter) => deadLetterView(letter, plan));
        return { status: 200, body: { messages, cursor } };
      },
    },
    {
      methods: ['DELETE'],
      pattern: /^\/v2\/dlq\/?$/,
      handle: async ({ query }) => {
        const { letters, cursor } = chosen(core, query);
        await remove(core, letters);
        return { status: 200, body: { deleted: letters.length, cursor } };
      },
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/dlq\/retry\/?$/,
      handle: (call) => retryMany(core, call),
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/dlq\/retry\/([^/]+)$/,
      handle: async (call) => {
        const [response] = await retry(core, [one(core, param(call, 0))], call);
        return { status: 201, body: response };
      },
    },
    {
      methods: ['GET'],
      pattern: /^\/v2\/dlq\/([^/]+)$/,
      handle: (call) => ({ status: 200, body: deadLetterView(one(core, param(call, 0)), plan) }),
    },
    {
      methods: ['DELETE'],
      pattern: /^\/v2\/dlq\/([^/]+)$/,
      handle: async (call) => {
        await remove(core, [one(core, param(call, 0))]);
        return DONE;
      },
    },
  ];
}

function one({ journal }: Core, dlqId: string): DeadLetter {
  const letter = journal.tables.dlq.get(dlqId);
  if (letter === undefined) {
    throw new Refusal(404, `dlq message ${dlqId} not found`);
  }
  return letter;
}

async function remove({ journal }: Core, letters: readonly DeadLetter[]): Promise<void> {
  await journal.commit(letters.map(({ dlqId }) => drop('dlq', dlqId)));
}

async function retryMany(core: Core, call: Call): Promise<Reply> {
  const { letters, cursor, missing } = chosen(core, call.query);
  if (missing.length > 0) {
    throw new Refusal(404, `some messages were not found in the dlq: ${missing.join(', ')}`);
  }
  return { status: 201, body: { responses: await retry(core, letters, call), cursor } };
}

/**
 * Make new messages out of dead letters and remove those.
 *
 * Options in the request override the ones that the message was published with.
 */
async function retry(
  core: Core,
  letters: readonly DeadLetter[],
  call: Call,
): Promise<readonly { readonly messageId: string }[]> {
  const override = overrides(call);
  const messages = letters.map((letter) => again(core, letter, override));
  await accept(
    core,
    messages,
    letters.map(({ dlqId }) => drop('dlq', dlqId)),
  );
  return messages.map(({ messageId }) => ({ messageId }));
}

function overrides(call: Call): MessageOptions {
  const { 'content-type': _, ...options } = pickOptions(call.headers);
  return options;
}

function again({ plan }: Core, { message }: DeadLetter, override: MessageOptions): Message {
  const { messageId: _, createdAt, notBefore, dueAt, retried, slot, ...draft } = message;
  const options = { ...withoutTiming(message.options), ...override };
  return draftMessage({ ...draft, options }, parseSettings(options, plan), plan);
}

interface Chosen {
  readonly letters: readonly DeadLetter[];
  /** Where the next page starts, when there is one. */
  readonly cursor?: string;
  /** Ids that were asked for and are not there. */
  readonly missing: readonly string[];
}

function chosen({ journal }: Core, query: URLSearchParams): Chosen {
  const { dlq } = journal.tables;
  if (query.has('dlqIds')) {
    const ids = [...new Set(listOf(query, 'dlqIds'))];
    return {
      letters: ids.flatMap((id) => dlq.get(id) ?? []),
      missing: ids.filter((id) => !dlq.has(id)),
    };
  }
  const filter = parseFilter(query, FILTERS, ['count', 'cursor']);
  return page([...dlq.values()].reverse(), filter, query);
}

// Newest first; the cursor is the last id of a page, and still works when that one is gone.
function page(letters: readonly DeadLetter[], filter: Filter, query: URLSearchParams): Chosen {
  const count = Math.max(1, whole(query, 'count', MAX_PAGE) ?? MAX_PAGE);
  const cursor = query.get('cursor');
  const matching = letters.filter(
    (letter) => (cursor === null || isOlder(letter.dlqId, cursor)) && passes(letter, filter),
  );
  const shown = matching.slice(0, count);
  const last = shown.at(-1);
  const more = matching.length > shown.length && last !== undefined;
  return { letters: shown, missing: [], ...(more && { cursor: last.dlqId }) };
}

function passes({ message, at, answer }: DeadLetter, filter: Filter): boolean {
  return filter({ message, at, responseStatus: answer.status });
}

function isOlder(dlqId: string, than: string): boolean {
  const [time = 0, sequence = 0] = dlqId.split('-').map(Number);
  const [otherTime = 0, otherSequence = 0] = than.split('-').map(Number);
  return time === otherTime ? sequence < otherSequence : time < otherTime;
}
