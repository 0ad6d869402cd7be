import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request on its way through a door. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** A request that stands still for good: `before` it got through, or `after` it took effect, unanswered. */
export interface Standing {
  /** Resolves once a request stands there. */
  readonly reached: Promise<void>;
}

/** A way to a server at which requests can be made to stand still, as they would when their sender dies. */
export interface Door {
  readonly url: string;
  /** Make the next request that is meant stand still; nothing ever moves it on. */
  hold(when: 'before' | 'after', isMeant: (passing: Passing) => boolean): Standing;
  close(): Promise<void>;
}

interface Hold {
  readonly when: 'before' | 'after';
  readonly isMeant: (passing: Passing) => boolean;
  readonly arrive: () => void;
}

const HOP = new Set(['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']);

/** Put a door in front of a server on this machine. */
export async function startDoor(target: string): Promise<Door> {
  const { origin } = new URL(target);
  const holds: Hold[] = [];
  const listener = createServer((request, response) => {
    pass(origin, holds, request, response).catch(() => response.destroy());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: target.replace(origin, `http://127.0.0.1:${port}`),
    hold(when, isMeant) {
      const { promise, resolve } = deferred();
      holds.push({ when, isMeant, arrive: resolve });
      return { reached: promise };
    },
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      listener.closeAllConnections();
      await closed;
    },
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

async function pass(
  origin: string,
  holds: Hold[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  const { method = 'GET', url: path = '/' } = request;
  const passing = { method, path, body: body.toString('utf8') };
  const index = holds.findIndex(({ isMeant }) => isMeant(passing));
  const [hold] = index === -1 ? [] : holds.splice(index, 1);
  if (hold?.when === 'before') return hold.arrive();
  const answer = await forward(origin, request, body);
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (hold !== undefined) return hold.arrive();
  const headers = [...answer.headers].filter(([name]) => !DECODED.has(name) && !HOP.has(name));
  response.writeHead(answer.status, Object.fromEntries(headers)).end(bytes);
}

/** fetch has decoded the body. */
const DECODED = new Set(['content-encoding']);

function forward(origin: string, request: IncomingMessage, body: Buffer): Promise<Response> {
  const { method = 'GET', url = '/' } = request;
  const headers = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
    HOP.has(name) ? [] : [[name, (values ?? []).join(', ')] as [string, string]],
  );
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return fetch(origin + url, {
    method,
    headers,
    ...(hasBody ? { body: new Uint8Array(body) } : {}),
  });
}
