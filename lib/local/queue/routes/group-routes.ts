import * as z from 'zod';
import { checkName, checkUrl } from '../destination.js';
import type { Core } from '../publish.js';
import { Refusal } from '../refusal.js';
import { type Call, DONE, jsonBody, param, type Reply, type Route } from '../route.js';
import { drop, put, type UrlGroup } from '../tables.js';

const Added = z.object({
  endpoints: z
    .array(z.object({ url: z.string(), name: z.string().min(1).optional() }))
    .min(1, 'at least one endpoint is needed'),
});
const Removed = z.object({
  endpoints: z.array(z.object({ url: z.string().optional(), name: z.string().optional() })),
});

/** Create, show and delete URL groups (topics) and their endpoints. */
export function groupRoutes(core: Core): readonly Route[] {
  const { journal } = core;
  const { groups } = journal.tables;
  return [
    {
      methods: ['GET'],
      pattern: /^\/v2\/topics\/?$/,
      handle: () => ({ status: 200, body: [...groups.values()] }),
    },
    {
      methods: ['GET'],
      pattern: /^\/v2\/topics\/([^/]+)$/,
      handle: (call) => ({ status: 200, body: one(core, param(call, 0)) }),
    },
    {
      methods: ['DELETE'],
      pattern: /^\/v2\/topics\/([^/]+)$/,
      handle: async (call) => {
        await journal.commit([drop('groups', one(core, param(call, 0)).name)]);
        return DONE;
      },
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/topics\/([^/]+)\/endpoints$/,
      handle: (call) => add(core, call),
    },
    {
      methods: ['DELETE'],
      pattern: /^\/v2\/topics\/([^/]+)\/endpoints$/,
      handle: (call) => remove(core, call),
    },
  ];
}

function one({ journal }: Core, name: string): UrlGroup {
  const group = journal.tables.groups.get(name);
  if (group === undefined) {
    throw new Refusal(404, `url group ${name} not found`);
  }
  return group;
}

// An endpoint replaces the one with its name, or without a name the one with its URL.
async function add({ journal, plan }: Core, call: Call): Promise<Reply> {
  const name = checkName('url group', param(call, 0));
  const added = jsonBody(call, Added).endpoints;
  for (const { url } of added) {
    checkUrl(url, plan.allowAnyDestination);
  }
  const old = journal.tables.groups.get(name);
  const kept = (old?.endpoints ?? []).filter(
    (endpoint) =>
      !added.some(({ name: other, url }) =>
        other === undefined ? url === endpoint.url : other === endpoint.name,
      ),
  );
  const now = plan.now();
  const endpoints = [...kept, ...added];
  await journal.commit([
    put('groups', name, { name, createdAt: old?.createdAt ?? now, updatedAt: now, endpoints }),
  ]);
  return DONE;
}

// "If all endpoints have been removed, the URL Group will be deleted."
async function remove(core: Core, call: Call): Promise<Reply> {
  const group = one(core, param(call, 0));
  const removed = jsonBody(call, Removed).endpoints;
  const endpoints = group.endpoints.filter(
    (endpoint) =>
      !removed.some(({ name, url }) =>
        name === undefined ? url === endpoint.url : name === endpoint.name,
      ),
  );
  const row = { ...group, endpoints, updatedAt: core.plan.now() };
  await core.journal.commit([
    endpoints.length === 0 ? drop('groups', group.name) : put('groups', group.name, row),
  ]);
  return DONE;
}
