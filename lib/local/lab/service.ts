import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { startAgent } from '../../agent/agent.js';
import { type Lent, openConnections } from '../stage/connections.js';
import { knock } from '../stage/load.js';
import { MISHAPS } from './faults.js';
import { LOCK, MISHAPS_IN, type Ways } from './mishaps.js';
import { ServiceOrder } from './service-order.js';
import { spend } from './spend.js';

/** Connections of one pool. */
const MOST = 10;
/** What a request waits for a lock, milliseconds; then it answers with what it has. */
const LOCK_WAIT_MS = 3000;
/** What a slow version takes for each request. */
const SLOW_MS = 3000;
/** An order to fail in some way comes to this path, with the mishap's name behind it. */
const MISHAP_PATH = '/lab/';

const order = ServiceOrder.parse(JSON.parse(process.env['LAB_SERVICE'] ?? '{}'));
const connections =
  order.databaseUrl === null ? null : openConnections(order.databaseUrl, order.component, MOST);
const agent = startAgent({
  url: order.url,
  key: order.key,
  commandKey: order.commandKey,
  component: order.component,
  instance: `${order.component}-1`,
  intervalS: 1,
  drainMs: 2000,
  ...(connections === null ? {} : { databasePool: connections }),
});
const ways: Ways = { keepsEvery: 0, failing: 0, times: 1 };
let served = 0;

/** Read what another transaction may have locked: wait for it for a while, then go without. */
async function lookAtLock(lent: Lent): Promise<void> {
  await lent.query(`begin; set local lock_timeout = ${LOCK_WAIT_MS}`);
  await lent.query(`select pg_advisory_xact_lock_shared(${LOCK})`).catch(() => undefined);
  await lent.query('rollback');
}

/** Ask the database, if there is one. */
async function query(count: number): Promise<void> {
  const lent = await connections?.lend();
  if (lent === undefined) return;
  try {
    await (order.locks ? lookAtLock(lent) : lent.query('select now()'));
  } finally {
    const isKept = ways.keepsEvery > 0 && count % ways.keepsEvery === 0;
    if (!isKept) lent.giveBack();
  }
}

/** Call one other service, as often as this one believes it must. */
async function callOther({ url, deadlineMs, kind }: ServiceOrder['calls'][number]): Promise<void> {
  if (kind !== 'needed') {
    const call = knock(url, deadlineMs).catch(() => undefined);
    return kind === 'wanted' ? call : undefined;
  }
  for (let made = 0; made < ways.times; made += 1) await knock(url, deadlineMs);
}

async function serve(): Promise<number> {
  served += 1;
  const count = served;
  spend(order.costMs);
  if (order.flaw === 'latency') await pause(SLOW_MS);
  const isFailing = order.flaw === 'errors' ? count % 2 === 0 : count % 10 < 10 * ways.failing;
  if (isFailing) return 503;
  await Promise.all([query(count), ...order.calls.map(callOther)]);
  return 200;
}

function misbehave(name: string): number {
  const mishap = z.enum(MISHAPS).safeParse(name).data;
  if (mishap === undefined) return 404;
  void MISHAPS_IN[mishap]({ agent, connections, ways });
  return 200;
}

async function answer({ url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
  const isOrder = url.startsWith(MISHAP_PATH);
  const isHealth = url === '/health';
  response.statusCode = await (isOrder
    ? misbehave(url.slice(MISHAP_PATH.length))
    : isHealth
      ? 200
      : serve());
  response.end();
}

const server = createServer((request, response) => {
  answer(request, response).catch(() => {
    response.statusCode = 503;
    response.end();
  });
});
agent.instrument(server);
await connections?.warmUp();
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
// Ctrl-C is for the lab, which ends its services itself; one without its supervisor ends by itself.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => server.close(() => process.exit(0)));
process.on('disconnect', () => process.exit(0));
