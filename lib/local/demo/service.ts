import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { startAgent } from '../../agent/agent.js';
import { openConnections } from '../stage/connections.js';
import { FAULTS, offers } from './fault.js';

/** What a service of the demo is told, as JSON in `DEMO_SERVICE`. */
const ServiceOrder = z.strictObject({
  component: z.string(),
  /** Address, ingest key and public command key of Forestall. */
  url: z.string(),
  key: z.string(),
  commandKey: z.string(),
  databaseUrl: z.string(),
  fault: z.enum(['cache', 'listeners', 'connections']),
});
export type ServiceOrder = z.infer<typeof ServiceOrder>;

/** Offers that the service holds rightly: about 30 MB. */
const CATALOGUE = 200_000;
/** What every request waits for beside the database, milliseconds: a payment, say. */
const PAYMENT_MS = 100;

const order = ServiceOrder.parse(JSON.parse(process.env['DEMO_SERVICE'] ?? '{}'));
const catalogue = offers(0, CATALOGUE);
const connections = openConnections(order.databaseUrl, order.component);
const agent = startAgent({
  url: order.url,
  key: order.key,
  commandKey: order.commandKey,
  component: order.component,
  instance: `${order.component}-1`,
  intervalS: 1,
  drainMs: 4000,
  databasePool: connections,
});
const fault = FAULTS[order.fault](agent);
let visitors = 0;

async function serve(response: ServerResponse): Promise<void> {
  visitors += 1;
  const visitor = visitors;
  const connection = await connections.lend();
  try {
    await connection.query('select now()');
  } finally {
    if (!fault.keepsConnection(visitor)) connection.giveBack();
  }
  await pause(PAYMENT_MS);
  fault.visit(visitor);
  response.end(JSON.stringify({ visitor, offers: catalogue.length }));
}

const server = createServer((_request, response) => {
  serve(response).catch(() => {
    response.statusCode = 503;
    response.end();
  });
});
agent.instrument(server);
await connections.warmUp();
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
// Ctrl-C is for the demo, which ends its services itself; one without its supervisor ends by itself.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
