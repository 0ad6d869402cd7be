import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MAX_BODY_BYTES } from './plan.js';
import { Refusal } from './refusal.js';
import type { Reply, Route } from './route.js';

/**
 * Serve the routes over HTTP to whoever knows the token.
 *
 * A {@link Refusal} becomes its status with `{error}`; anything else that is thrown becomes 500
 * without detail and a line on the console.
 *
 * @param token - what callers must send as `Authorization: Bearer …`
 */
export function createQueueServer(routes: readonly Route[], token: string): Server {
  const server = createServer((request, response) => {
    answer(request, routes, token)
      .catch(refusalOf)
      .then((reply) => send(request, response, reply))
      .catch((error: unknown) => {
        // The caller went away in the middle of the answer.
        console.error('local queue:', error);
        response.destroy();
      });
  });
  // Longer than a client keeps an idle connection, so that it is never closed under a request.
  server.keepAliveTimeout = 65_000;
  return server;
}

/**
 * Have a server listen.
 *
 * @returns its address as a URL without a path
 * @throws {Error} when the port is taken or the host is not one of this machine's
 */
export function listen(
  server: Server,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = address !== null && typeof address === 'object' ? address.port : port;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
    });
  });
}

// What is being answered gets this long; then its connection is cut.
const GRACE_MS = 500;

/** Take no more requests, let those under way finish, and close. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function answer(
  request: IncomingMessage,
  routes: readonly Route[],
  token: string,
): Promise<Reply> {
  if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
    throw new Refusal(401, 'unauthorized');
  }
  const { route, params, query } = find(routes, request.method ?? '', request.url ?? '/');
  const body = await readBody(request);
  const callerIp = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return await route.handle({ params, query, headers: request.headers, body, callerIp });
}

function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

interface Found {
  readonly route: Route;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
}

function find(routes: readonly Route[], method: string, url: string): Found {
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(url) ?? [];
  const fitting = routes.filter((route) => route.pattern.test(route.toDestination ? url : path));
  const route = fitting.find(({ methods }) => methods.includes(method));
  if (route === undefined) {
    throw fitting.length > 0
      ? new Refusal(405, `${path} does not take ${method}`)
      : new Refusal(404, `${method} ${path} is not known`);
  }
  if (route.toDestination) {
    const params = route.pattern.exec(url)?.slice(1) ?? [];
    return { route, params, query: new URLSearchParams() };
  }
  const params = (route.pattern.exec(path)?.slice(1) ?? []).map(decode);
  return { route, params, query: new URLSearchParams(query) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new Refusal(400, `invalid path: ${text}`, { cause });
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    // Read on past the limit, so that the caller gets to the answer instead of a broken pipe.
    if (length <= MAX_BODY_BYTES) {
      chunks.push(bytes);
    }
  }
  if (length > MAX_BODY_BYTES) {
    throw new Refusal(413, `the body has more than ${MAX_BODY_BYTES} bytes`);
  }
  return Buffer.concat(chunks);
}

function refusalOf(error: unknown): Reply {
  if (error instanceof Refusal) {
    return { status: error.status, body: { error: error.message } };
  }
  console.error('local queue:', error);
  return { status: 500, body: { error: 'internal error' } };
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const body = reply.body === undefined ? '' : JSON.stringify(reply.body);
  // What was refused before it was read is not worth reading now.
  request.resume();
  response.writeHead(reply.status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
