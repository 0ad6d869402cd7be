import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type DescribedOperation, renderOperations } from './render/description.js';
import { type NextAnswer, renderScript, type Script } from './render/script.js';
import type { RenderService } from './render/service.js';
import { type Outcome, renderWorld, type World } from './render/world.js';

/** A call that the server took: its path and method exist and its query and body are as described. */
export interface RenderCall {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a server is started with. */
export interface RenderServerOptions {
  /** The only API key that is let in. */
  readonly token: string;
  readonly services: readonly RenderService[];
  /** Render's own clock; the real one by default. */
  readonly now?: () => Date;
  /** Whether a rollback is live at once (default), or stays in progress until `finishDeploy`. */
  readonly finish?: 'at_once' | 'by_hand';
}

/** Render's API on this machine. */
export interface RenderServer
  extends Pick<World, 'state' | 'effects' | 'finishDeploy'>,
    Pick<Script, 'answerNext' | 'hold'> {
  /** The API's address, for `RENDER_API_URL`. */
  readonly url: string;
  readonly calls: readonly RenderCall[];
  /** Requests, and own answers, that contradict the description. */
  readonly violations: string[];
  /** Stop. @throws {Error} when there are violations */
  close(): Promise<void>;
}

/** Words that no error of ours may repeat. */
export const VENDOR_WORDS = 'words-of-the-vendor';

const LIMITS = { 'ratelimit-limit': '400', 'ratelimit-remaining': '399', 'ratelimit-reset': '60' };

const OPERATIONS = renderOperations();

/** Every operation that the adapter can call, with the statuses that Render documents for it. */
export const documentedStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  OPERATIONS.map(({ id, statuses }) => [id, statuses]),
);

interface Server {
  readonly token: string;
  readonly world: World;
  readonly script: Script;
  readonly calls: RenderCall[];
  readonly violations: string[];
}

/**
 * Start a server that judges each request by Render's own OpenAPI description, does what was asked to
 * services that it keeps, and builds its answers by the same description.
 */
export async function startRenderServer(options: RenderServerOptions): Promise<RenderServer> {
  const { token, services, now = () => new Date(), finish = 'at_once' } = options;
  const world = renderWorld({ services, now, finish });
  const script = renderScript();
  const server: Server = { token, world, script, calls: [], violations: [] };
  const listener = createServer((request, response) => {
    serve(server, request, response).catch((error: unknown) => {
      server.violations.push(String(error));
      response.destroy();
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls: server.calls,
    violations: server.violations,
    ...world,
    ...script,
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      listener.closeAllConnections();
      await closed;
      if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
    },
  };
}

async function serve(
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://render.example');
  const method = request.method ?? '';
  const found = find(method, pathname.replace(/^\/v1/, ''));
  const query = Object.fromEntries(searchParams);
  const body = await readBody(request);
  if (found === null) {
    return refuse(server, response, 404, `${method} ${pathname}: no such operation`);
  }
  const { operation, serviceId } = found;
  const fault =
    headFault(request, body) ?? operation.queryFault(query) ?? operation.bodyFault(body);
  if (fault !== null) return refuse(server, response, 400, `${method} ${pathname}: ${fault}`);
  if (request.headers.authorization !== `Bearer ${server.token}`) {
    return send(response, { status: 401, body: errorBody() }, {});
  }
  server.calls.push({ operation: operation.id, method, path: pathname, query, body });
  await server.script.pass(operation.id, 'before');
  const next = server.script.take(operation.id);
  const done = next.effect ?? (next.status === undefined && next.ending !== 'drop');
  const input = { serviceId, query, body };
  const outcome = done ? server.world.perform(operation.id, input) : { status: 500 };
  await server.script.pass(operation.id, 'after');
  if (next.delayMs !== undefined) await setTimeout(next.delayMs);
  send(response, answer(server, operation, outcome, next), next);
}

function find(method: string, path: string) {
  for (const operation of OPERATIONS) {
    const groups = operation.method === method ? operation.match(path) : null;
    if (groups !== null) {
      return { operation, serviceId: decodeURIComponent(groups['serviceId'] ?? '') };
    }
  }
  return null;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}

function headFault({ headers }: IncomingMessage, body: unknown): string | null {
  if (headers.accept !== 'application/json') return 'accepts something else than JSON';
  if (body === undefined) return null;
  return headers['content-type'] === 'application/json' ? null : 'the body is not called JSON';
}

const errorBody = () => ({ id: 'err-1', message: `${VENDOR_WORDS}: something is wrong` });

function refuse(server: Server, response: ServerResponse, status: number, why: string): void {
  server.violations.push(why);
  send(response, { status, body: errorBody() }, {});
}

/** The answer as it goes out; one that was not written by hand must be as the description says. */
function answer(
  { violations }: Server,
  operation: DescribedOperation,
  outcome: Outcome,
  { status, body, ending }: NextAnswer,
): Outcome {
  const answered = status ?? outcome.status;
  if (body !== undefined) return { status: answered, body };
  const own = answered >= 400 ? errorBody() : outcome.body;
  const fault = operation.answerFault(answered, own);
  if (fault !== null && ending === undefined) {
    violations.push(`answer ${answered} of ${operation.id}: ${fault}`);
  }
  return { status: answered, ...(own === undefined ? {} : { body: own }) };
}

function send(response: ServerResponse, { status, body }: Outcome, next: NextAnswer): void {
  if (next.ending === 'hang') return;
  if (next.ending === 'drop') {
    response.destroy();
    return;
  }
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', ...LIMITS, ...next.headers };
  if (next.ending === undefined) {
    response.writeHead(status, headers).end(text);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) + 1 });
  response.write(text, () => {
    if (next.ending === 'cut') response.destroy();
  });
}
