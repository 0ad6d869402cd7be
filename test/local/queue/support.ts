import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type Server,
} from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Receiver } from '@upstash/qstash';
import { onTestFinished, vi } from 'vitest';
import type { LocalQueue, QueueOptions } from '../../../lib/local/queue/options.js';
import { startQueue } from '../../../lib/local/queue/start-queue.js';

process.env['UPSTASH_DISABLE_TELEMETRY'] = '1';

/** What every test queue is started with unless the test says otherwise. */
export const BASE = {
  port: 0,
  host: '127.0.0.1',
  token: 'token-of-the-test-queue',
  currentSigningKey: 'sig_current_of_the_test_queue',
  nextSigningKey: 'sig_next_of_the_test_queue',
  timeScale: 0.001,
} as const satisfies QueueOptions;

/** A queue and the vendor's client for it; both end with the test. */
export async function testQueue(
  options: Partial<QueueOptions> = {},
): Promise<{ queue: LocalQueue; client: Client }> {
  const queue = await startQueue({ ...BASE, ...options });
  onTestFinished(() => queue.close());
  return { queue, client: clientOf(queue) };
}

/** The vendor's client, unmodified, without retries of its own. */
export function clientOf(queue: { url: string; token: string }): Client {
  return new Client({ baseUrl: queue.url, token: queue.token, retry: false, devMode: false });
}

/** A request as a destination got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** A real HTTP server to deliver to. */
export interface Destination {
  readonly url: string;
  readonly received: readonly Received[];
  /** Wait until this many requests have come in. */
  arrived(count: number): Promise<readonly Received[]>;
}

/**
 * Start a destination, which ends with the test.
 *
 * @param answer - what it says to the request with this number, from 0; 200 by default
 */
export async function testDestination(
  answer: (request: Received, number: number) => Answer | Promise<Answer> = () => ({ status: 200 }),
): Promise<Destination> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { method = '', url = '', headers } = request;
      received.push({ method, path: url, headers, body: Buffer.concat(chunks) });
      server.emit('arrived');
      const last = received.at(-1);
      const reply = last && (await answer(last, received.length - 1));
      response.writeHead(reply?.status ?? 500, reply?.headers).end(reply?.body);
    });
  });
  const url = await listening(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url,
    received,
    async arrived(count) {
      while (received.length < count) {
        await once(server, 'arrived');
      }
      return received;
    },
  };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** A promise and its handle, to hold an answer back. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Check a delivery with the vendor's receiver, unmodified; throws unless it is genuine. */
export async function verify(
  received: Received,
  url: string,
  keys: { currentSigningKey: string; nextSigningKey: string } = BASE,
): Promise<boolean> {
  const receiver = new Receiver({ ...keys, devMode: false });
  return await receiver.verify({
    signature: String(received.headers['upstash-signature']),
    body: received.body.toString('utf8'),
    url,
    clockTolerance: 5,
  });
}

/** A folder of the test's own, gone afterwards. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'forestall-queue-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Keep the client's own lines about expected refusals off the screen, and nothing else. */
export function silenceClient(): void {
  const print = console.error;
  const spy = vi.spyOn(console, 'error').mockImplementation((...line: unknown[]) => {
    if (!String(line[0]).startsWith('[Upstash QStash]')) {
      print(...line);
    }
  });
  onTestFinished(() => spy.mockRestore());
}
