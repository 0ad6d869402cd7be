import * as z from 'zod';
import { checkName, readDestination } from '../destination.js';
import { pickOptions } from '../message-options.js';
import { type Core, type Published, publish } from '../publish.js';
import { Refusal } from '../refusal.js';
import { type Call, jsonBody, param, type Reply, type Route } from '../route.js';

const Batch = z.array(
  z.object({
    destination: z.string(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.string().default(''),
    queue: z.string().optional(),
  }),
);

/** Publish one message, enqueue one, publish many. */
export function publishRoutes(core: Core): readonly Route[] {
  return [
    {
      methods: ['POST'],
      pattern: /^\/v2\/publish\/(.+)$/,
      toDestination: true,
      handle: (call) => publishOne(core, call, param(call, 0), undefined),
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/enqueue\/([^/?]+)\/(.+)$/,
      toDestination: true,
      handle: (call) => publishOne(core, call, param(call, 1), checkName('queue', param(call, 0))),
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/batch\/?$/,
      handle: async (call) => ({
        status: 200,
        body: await Promise.all(jsonBody(call, Batch).map((item) => publishItem(core, call, item))),
      }),
    },
  ];
}

async function publishOne(
  core: Core,
  call: Call,
  destination: string,
  queueName: string | undefined,
): Promise<Reply> {
  const published = await publish(core, {
    destination: readDestination(destination),
    options: pickOptions(call.headers),
    body: call.body,
    callerIp: call.callerIp,
    queueName,
  });
  return { status: published.deduplicated ? 202 : 200, body: answerOf(published) };
}

// "If one message fails to be sent, that message will have an error response, but the other
// messages will still be sent."
async function publishItem(
  core: Core,
  call: Call,
  item: z.infer<typeof Batch>[number],
): Promise<unknown> {
  try {
    return answerOf(
      await publish(core, {
        destination: readDestination(item.destination),
        options: pickOptions(item.headers),
        body: Buffer.from(item.body),
        callerIp: call.callerIp,
        queueName: item.queue === undefined ? undefined : checkName('queue', item.queue),
      }),
    );
  } catch (error) {
    if (error instanceof Refusal) {
      return { error: error.message };
    }
    throw error;
  }
}

function answerOf({ messages, group, deduplicated }: Published): unknown {
  const mark = deduplicated ? { deduplicated } : {};
  return group
    ? messages.map((message) => ({ ...message, ...mark }))
    : { messageId: messages[0]?.messageId, ...mark };
}
