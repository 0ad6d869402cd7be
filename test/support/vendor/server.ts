import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { DescribedOperation } from './description.js';
import { type Identity, listen } from './listen.js';
import { type NextAnswer, type Script, vendorScript } from './script.js';
import { sendAnswer } from './send-answer.js';

/** A call that the server took: its path and method exist and its query and body are as described. */
export interface VendorCall {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** An operation's input, checked already. */
export interface VendorInput {
  /** The path's parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

/** What an operation does and answers; status 404 and the like without an effect. */
export interface Outcome {
  readonly status: number;
  readonly body?: unknown;
}

/** What a vendor's API is made of. */
export interface VendorServerOptions {
  readonly operations: readonly DescribedOperation[];
  /** What stands before every path, as `/v1`. */
  readonly base: string;
  /** The only credential that is let in. */
  readonly token: string;
  /** A certificate and its key, for https. */
  readonly tls?: Identity | undefined;
  /** The media type that callers must accept. */
  readonly accepts: string;
  /** Sent with every answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly errorBody: (words: string) => unknown;
  /** What bodies may be called; `application/json` alone by default. */
  readonly contentTypes?: readonly string[];
  /** Whether a caller is who it should be; by the token, as a bearer, by default. */
  readonly isLetIn?: (request: IncomingMessage, body: string) => boolean;
  /** What is wrong with a request's head besides; null when nothing is. */
  readonly headFault?: (request: IncomingMessage) => string | null;
  readonly perform: (operation: string, input: VendorInput) => Outcome;
}

/** A vendor's API on this machine. */
export interface VendorServer extends Pick<Script, 'answerNext' | 'hold'> {
  /** The API's address. */
  readonly url: string;
  readonly calls: readonly VendorCall[];
  /** Requests, and own answers, that contradict the description. */
  readonly violations: string[];
  /** Stop. @throws {Error} when there are violations */
  close(): Promise<void>;
}

/** Words that no error of ours may repeat. */
export const VENDOR_WORDS = 'words-of-the-vendor';

interface Server extends VendorServerOptions {
  readonly script: Script;
  readonly calls: VendorCall[];
  readonly violations: string[];
}

/**
 * Start a server that judges each request by the vendor's own OpenAPI description, does what was asked, and
 * judges its answers by the same description.
 */
export async function startVendorServer(options: VendorServerOptions): Promise<VendorServer> {
  const script = vendorScript();
  const server: Server = { ...options, script, calls: [], violations: [] };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    serve(server, request, response).catch((error: unknown) => {
      server.violations.push(String(error));
      response.destroy();
    });
  };
  const listener = await listen(onRequest, options.tls);
  return {
    url: `${listener.origin}${options.base}`,
    calls: server.calls,
    violations: server.violations,
    ...script,
    async close() {
      await listener.close();
      if (server.violations.length > 0) throw new Error(server.violations.join('\n'));
    },
  };
}

async function serve(
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://vendor.example');
  const method = request.method ?? '';
  const found = find(server, method, pathname);
  const query = Object.fromEntries(searchParams);
  const { text, body } = await readBody(request);
  if (found === null) {
    return refuse(server, response, 404, `${method} ${pathname}: no such operation`);
  }
  const { operation, params } = found;
  const fault =
    headFault(server, request, body) ?? operation.queryFault(query) ?? operation.bodyFault(body);
  if (fault !== null) return refuse(server, response, 400, `${method} ${pathname}: ${fault}`);
  if (!isLetIn(server, request, text)) {
    return send(server, response, { status: 401, body: server.errorBody(VENDOR_WORDS) });
  }
  server.calls.push({ operation: operation.id, method, path: pathname, query, body });
  await server.script.pass(operation.id, 'before');
  const next = server.script.take(operation.id);
  const done = next.effect ?? (next.status === undefined && next.ending !== 'drop');
  const outcome = done
    ? server.perform(operation.id, { params, query, body, headers: request.headers })
    : { status: 500 };
  await server.script.pass(operation.id, 'after');
  if (next.delayMs !== undefined) await setTimeout(next.delayMs);
  send(server, response, answer(server, operation, outcome, next), next);
}

function find({ operations, base }: Server, method: string, pathname: string) {
  if (!pathname.startsWith(base)) return null;
  for (const operation of operations) {
    const groups =
      operation.method === method ? operation.match(pathname.slice(base.length)) : null;
    if (groups !== null) {
      const decoded = Object.entries(groups).map(([key, text]) => [key, decodeURIComponent(text)]);
      return { operation, params: Object.fromEntries(decoded) };
    }
  }
  return null;
}

async function readBody(request: IncomingMessage): Promise<{ text: string; body: unknown }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return { text, body: text === '' ? undefined : JSON.parse(text) };
}

function isLetIn(server: Server, request: IncomingMessage, body: string): boolean {
  return server.isLetIn === undefined
    ? request.headers.authorization === `Bearer ${server.token}`
    : server.isLetIn(request, body);
}

function headFault(server: Server, request: IncomingMessage, body: unknown): string | null {
  const { headers } = request;
  if (headers.accept !== server.accepts) return `accepts something else than ${server.accepts}`;
  const { contentTypes = ['application/json'] } = server;
  if (body !== undefined && !contentTypes.includes(headers['content-type'] ?? '')) {
    return `the body is none of ${contentTypes.join(', ')}`;
  }
  return server.headFault?.(request) ?? null;
}

function refuse(server: Server, response: ServerResponse, status: number, why: string): void {
  server.violations.push(why);
  send(server, response, { status, body: server.errorBody(VENDOR_WORDS) });
}

/** The answer as it goes out; one that was not written by hand must be as the description says. */
function answer(
  { violations, errorBody }: Server,
  operation: DescribedOperation,
  outcome: Outcome,
  { status, body, ending }: NextAnswer,
): Outcome {
  const answered = status ?? outcome.status;
  if (body !== undefined) return { status: answered, body };
  const own = answered >= 400 ? errorBody(VENDOR_WORDS) : outcome.body;
  const fault = operation.answerFault(answered, own);
  if (fault !== null && ending === undefined) {
    violations.push(`answer ${answered} of ${operation.id}: ${fault}`);
  }
  return { status: answered, ...(own === undefined ? {} : { body: own }) };
}

function send(
  server: Server,
  response: ServerResponse,
  outcome: Outcome,
  { headers, ending }: NextAnswer = {},
): void {
  sendAnswer(response, outcome, { headers: { ...server.headers, ...headers }, ending });
}
