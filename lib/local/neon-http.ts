import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AppError } from '../errors.js';
import { type Answer, errorAnswer } from './neon/answer.js';
import { readNeonRequest } from './neon/request.js';
import { openSessions, type Server, type Sessions } from './neon/sessions.js';

/** Neon's own limit. */
const NEON_MAX_BYTES = 64 * 1024 * 1024;

/** What a Neon endpoint stands in front of. */
export interface NeonHttpOptions {
  /** The Postgres server; each request names its own database. */
  readonly server: Server;
  /** Refuse requests whose connection string has another password; without it, any will do. */
  readonly password?: string;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  /** The largest request, and the largest answer, in bytes; by default Neon's 64 MB. */
  readonly maxBytes?: number;
}

/** A running Neon endpoint. */
export interface NeonHttp {
  readonly port: number;
  /** What `neonConfig.fetchEndpoint` must be. */
  readonly fetchEndpoint: string;
  /**
   * Cut every connection and end every session; the database then cannot be reached until an endpoint is
   * started on the same port. Statements under way are finished, their answers lost.
   */
  close(): Promise<void>;
}

/**
 * Speak Neon's HTTP protocol in front of an ordinary Postgres server.
 *
 * The unmodified driver (`neon()`) works with it as with Neon itself: single statements and batches, raw
 * text in and out, one statement per query, no state between requests.
 *
 * @throws {AppError} `misconfigured` when the port is taken
 * @see https://github.com/neondatabase/serverless the driver, which defines the protocol
 */
export async function startNeonHttp(options: NeonHttpOptions): Promise<NeonHttp> {
  const sessions = openSessions(options.server);
  const { maxBytes = NEON_MAX_BYTES } = options;
  const server = createServer((request, response) => {
    void readBody(request, maxBytes)
      .then((body) => answer(request, body, sessions, options.password))
      .catch(errorAnswer)
      .then((result) => send(response, result, maxBytes));
  });
  // undici keeps connections; one that closes under a request looks like a lost database.
  server.keepAliveTimeout = 120_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new AppError('misconfigured', `port ${options.port} is in use`, { cause });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new RangeError('no TCP address');
  return {
    port: address.port,
    fetchEndpoint: `http://127.0.0.1:${address.port}/sql`,
    async close() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
      await sessions.close();
    },
  };
}

async function answer(
  request: IncomingMessage,
  body: string,
  sessions: Sessions,
  password: string | undefined,
): Promise<Answer> {
  if (request.url !== '/sql') throw new AppError('not_found', 'the one path here is /sql');
  if (request.method !== 'POST') throw new AppError('method_not_allowed', 'send a POST');
  const wanted = readNeonRequest(request.headers, body);
  if (password !== undefined && !same(password, wanted.password)) {
    return { status: 400, body: { message: 'password authentication failed', code: '28P01' } };
  }
  // Its sender gave up while it waited: nobody would learn of its effect.
  if (request.socket.destroyed) throw new AppError('gone', 'the sender is gone');
  return { status: 200, body: await sessions.run(wanted) };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // An ordinary loop would destroy the connection when it is left, and the answer with it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBytes) throw new AppError('too_large', `a request may have ${maxBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function same(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}

function send(response: ServerResponse, answered: Answer, maxBytes: number): void {
  const whole = JSON.stringify(answered.body);
  const fits = Buffer.byteLength(whole) <= maxBytes;
  const text = fits ? whole : JSON.stringify({ message: `an answer may have ${maxBytes} bytes` });
  const status = fits ? answered.status : 507;
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
