import type * as z from 'zod';
import { AppError, type ErrorCode } from '../../errors.js';
import { exchange } from '../request.js';
import type { Vendor } from '../vendor.js';
import { Initialized, type RpcAnswer } from './answers.js';
import { readRpc } from './read-rpc.js';

/** An MCP server as it is configured. */
export interface McpServer {
  readonly vendor: Vendor;
  /** What stands after the vendor's address; `/` where the configured address ends so. */
  readonly path: string;
  /** The environment variable that holds the token; null sends none. */
  readonly credential: string | null;
}

/** Versions of the protocol that are spoken, the one that is asked for first. */
const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;

/** How long the end of a session is waited for, milliseconds: whoever keeps it drops it later by itself. */
const GOODBYE_MS = 2000;

/** How long a whole conversation may take, milliseconds: a function that prepares and acts has 60 s for two. */
const CONVERSATION_MS = 25_000;

/** What a server or a proxy answers that has no such session (any more). */
const NO_SESSION = 404;

/** Codes of JSON-RPC for what a server could not do just now; others will be the same next time. */
const isTransient = (code: number): boolean =>
  code === -32603 || (code >= -32099 && code <= -32000);

/** What an answer that nobody can read means: a tool that was called may have done its work all the same. */
const unread = (method: string): ErrorCode =>
  method === 'tools/call' ? 'upstream_unavailable' : 'upstream_refused';

/**
 * Speak with an MCP server over streamable HTTP, from `initialize` to the session's end.
 *
 * @throws {AppError} as `exchange`, and whatever `talk` throws
 * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 */
export async function withSession<T>(
  server: McpServer,
  talk: (session: McpSession) => Promise<T>,
): Promise<T> {
  const session = new McpSession(server);
  try {
    await session.begin();
    return await talk(session);
  } finally {
    await session.end();
  }
}

/** One conversation with a server. */
export class McpSession {
  readonly #server: McpServer;
  #headers: Readonly<Record<string, string>> = {};
  #id = 0;
  readonly #until = performance.now() + CONVERSATION_MS;

  constructor(server: McpServer) {
    this.#server = server;
  }

  /** What messages call the server. */
  get name(): string {
    return this.#server.vendor.name;
  }

  async begin(): Promise<void> {
    this.#headers = {};
    const client = { name: 'forestall', version: '1' };
    const params = { protocolVersion: VERSIONS[0], capabilities: {}, clientInfo: client };
    const { answer, headers } = await this.#post('initialize', params);
    const { protocolVersion } = this.#checked('initialize', answer, Initialized);
    if (!VERSIONS.some((version) => version === protocolVersion)) {
      throw new AppError('upstream_refused', `${this.name} speaks no version of MCP that is known`);
    }
    const id = headers.get('mcp-session-id');
    this.#headers = {
      'mcp-protocol-version': protocolVersion,
      ...(id === null ? {} : { 'mcp-session-id': id }),
    };
    await exchange(this.#vendor(), this.#call({ method: 'notifications/initialized' }), drop);
  }

  /**
   * Ask for something and wait for the answer. Whatever it is, it is asked for once: a server without the session
   * has done nothing, and is asked anew in another.
   */
  async ask<T>(method: string, params: object, result: z.ZodType<T>): Promise<T> {
    const first = await this.#post(method, params);
    if (first.status !== NO_SESSION) return this.#checked(method, first.answer, result);
    await this.begin();
    const { answer, status } = await this.#post(method, params);
    if (status !== NO_SESSION) return this.#checked(method, answer, result);
    throw new AppError('upstream_unavailable', `${this.name}: ${method} found no session twice`);
  }

  /** Tell the server that the session is over. Never throws: it ends by itself, too. */
  async end(): Promise<void> {
    if (this.#headers['mcp-session-id'] === undefined) return;
    const vendor = { ...this.#server.vendor, timeoutMs: GOODBYE_MS };
    const { path, credential } = this.#server;
    const call = { method: 'DELETE', path, headers: this.#headers, credential } as const;
    await exchange(vendor, { ...call, answers: [400, 404, 405] }, drop).catch(() => undefined);
  }

  /** The server, with the time that is left. */
  #vendor(): Vendor {
    const { vendor } = this.#server;
    const leftMs = Math.max(1, Math.round(this.#until - performance.now()));
    return { ...vendor, timeoutMs: Math.min(vendor.timeoutMs, leftMs) };
  }

  async #post(method: string, params: object) {
    this.#id += 1;
    const id = this.#id;
    const { status, headers, read } = await exchange(
      this.#vendor(),
      this.#call({ id, method, params }),
      (response) =>
        response.status === NO_SESSION
          ? drop(response)
          : readRpc(response, { id, unread: unread(method) }),
    );
    return { status, headers, answer: read };
  }

  #call(message: object) {
    const hasSession = this.#headers['mcp-session-id'] !== undefined;
    return {
      method: 'POST',
      path: this.#server.path,
      headers: this.#headers,
      body: { jsonrpc: '2.0', ...message },
      credential: this.#server.credential,
      answers: hasSession ? [NO_SESSION] : [],
    } as const;
  }

  #checked<T>(method: string, answer: RpcAnswer | null, result: z.ZodType<T>): T {
    const what = `${this.name}: ${method}`;
    if (answer === null) {
      throw new AppError('upstream_unavailable', `${what}: the stream ended without an answer`);
    }
    if ('error' in answer) {
      const { code } = answer.error;
      const kind = isTransient(code) ? 'upstream_unavailable' : 'upstream_refused';
      throw new AppError(kind, `${what} was answered with error ${code}`);
    }
    const parsed = result.safeParse(answer.result);
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues[0]?.path.join('.') || 'the whole';
    throw new AppError(unread(method), `${what} answered in an unknown shape (at ${where})`);
  }
}

async function drop(response: Response): Promise<null> {
  await response.body?.cancel().catch(() => undefined);
  return null;
}
