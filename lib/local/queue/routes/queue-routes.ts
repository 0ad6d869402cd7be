import * as z from 'zod';
import { checkName } from '../destination.js';
import type { Core } from '../publish.js';
import { Refusal } from '../refusal.js';
import { DONE, jsonBody, param, type Reply, type Route } from '../route.js';
import { drop, put, type Queue } from '../tables.js';
import type { View } from '../views.js';
import { cancelMessages } from './message-routes.js';

const Upsert = z.object({
  queueName: z.string(),
  parallelism: z.int().min(1).default(1),
  paused: z.boolean().optional(),
});

/** Create, show, pause, resume and delete queues. */
export function queueRoutes(core: Core): readonly Route[] {
  const { queues } = core.journal.tables;
  return [
    {
      methods: ['GET'],
      pattern: /^\/v2\/queues\/?$/,
      handle: () => ({ status: 200, body: [...queues.values()].map((queue) => view(core, queue)) }),
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/queues\/?$/,
      handle: (call) => upsert(core, jsonBody(call, Upsert)),
    },
    {
      methods: ['GET'],
      pattern: /^\/v2\/queues\/([^/]+)$/,
      handle: (call) => ({ status: 200, body: view(core, one(core, param(call, 0))) }),
    },
    {
      methods: ['DELETE'],
      pattern: /^\/v2\/queues\/([^/]+)$/,
      handle: (call) => remove(core, one(core, param(call, 0))),
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/queues\/([^/]+)\/(pause|resume)$/,
      handle: (call) =>
        change(core, { ...one(core, param(call, 0)), paused: param(call, 1) === 'pause' }),
    },
  ];
}

function one({ journal }: Core, name: string): Queue {
  const queue = journal.tables.queues.get(checkName('queue', name));
  if (queue === undefined) {
    throw new Refusal(404, `queue ${name} not found`);
  }
  return queue;
}

function view(core: Core, queue: Queue): View {
  return { ...queue, lag: messagesOf(core, queue.name).length };
}

function messagesOf({ journal }: Core, name: string) {
  return [...journal.tables.messages.values()].filter(({ queueName }) => queueName === name);
}

async function upsert(core: Core, wanted: z.infer<typeof Upsert>): Promise<Reply> {
  const name = checkName('queue', wanted.queueName);
  const old = core.journal.tables.queues.get(name);
  return await change(core, {
    name,
    parallelism: wanted.parallelism,
    paused: wanted.paused ?? old?.paused ?? false,
    createdAt: old?.createdAt ?? core.plan.now(),
    updatedAt: core.plan.now(),
  });
}

async function change({ journal, engine, plan }: Core, queue: Queue): Promise<Reply> {
  await journal.commit([put('queues', queue.name, { ...queue, updatedAt: plan.now() })]);
  engine.pump();
  return DONE;
}

// Its messages go with it: nothing would deliver them in their order any more.
async function remove(core: Core, { name }: Queue): Promise<Reply> {
  await cancelMessages(core, messagesOf(core, name));
  await core.journal.commit([drop('queues', name)]);
  return DONE;
}
