import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { type NextAnswer, type Script, vendorScript } from '../vendor/script.js';

/** A request that arrived. */
export interface StandInCall {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** The body as it was sent, byte for byte. */
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on what was sent
  readonly body: any;
}

/** What a service does with a request, and answers. */
export interface StandInAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** A service on this machine that people are told by. */
export interface StandIn extends Pick<Script, 'answerNext' | 'hold'> {
  readonly url: string;
  readonly calls: readonly StandInCall[];
  /** Requests that the real service would not take. */
  readonly violations: string[];
  /** Stop. @throws {Error} when there are violations */
  close(): Promise<void>;
}

/** Start one; operations of `answerNext` and `hold` are paths. */
export async function startStandIn(
  perform: (call: StandInCall, violations: string[]) => StandInAnswer,
): Promise<StandIn> {
  const script = vendorScript();
  const calls: StandInCall[] = [];
  const violations: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await read(request);
    calls.push(call);
    await script.pass(call.path, 'before');
    const next = script.take(call.path);
    const done = next.effect ?? (next.status === undefined && next.ending !== 'drop');
    const answer = done ? perform(call, violations) : { status: 500 };
    await script.pass(call.path, 'after');
    if (next.delayMs !== undefined) await setTimeout(next.delayMs);
    send(response, answer, next);
  };
  const listener = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      violations.push(String(error));
      response.destroy();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    violations,
    ...script,
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      listener.closeAllConnections();
      await closed;
      if (violations.length > 0) throw new Error(violations.join('\n'));
    },
  };
}

async function read(request: IncomingMessage): Promise<StandInCall> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://service.example');
  const body = await text(request);
  return {
    method: request.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: request.headers,
    text: body,
    body: body === '' ? undefined : JSON.parse(body),
  };
}

function send(response: ServerResponse, answer: StandInAnswer, next: NextAnswer): void {
  if (next.ending === 'hang') return;
  if (next.ending === 'drop') {
    response.destroy();
    return;
  }
  const body = next.body ?? answer.body;
  const written = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', ...next.headers };
  if (next.ending === undefined) {
    response.writeHead(next.status ?? answer.status, headers).end(written);
    return;
  }
  const promised = { ...headers, 'content-length': Buffer.byteLength(written) + 1 };
  response.writeHead(next.status ?? answer.status, promised);
  response.write(written, () => {
    if (next.ending === 'cut') response.destroy();
  });
}
