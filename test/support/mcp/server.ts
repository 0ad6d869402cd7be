import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { type NextAnswer, type Script, vendorScript } from '../vendor/script.js';
import { sendAnswer } from '../vendor/send-answer.js';

/** A tool of a test's server. */
export interface TestTool {
  readonly name: string;
  readonly inputSchema: { readonly type: 'object'; readonly [more: string]: unknown };
  /** Answers data, or a text as it is; a tool that throws answers that it failed. */
  readonly run: (given: Readonly<Record<string, unknown>>) => unknown;
}

/** What a server is started with. */
export interface McpServerOptions {
  /** The only token that is let in; null lets everybody in. */
  readonly token: string | null;
  readonly tools: readonly TestTool[];
  /** Whether it keeps sessions. */
  readonly stateful?: boolean;
  /** Whether it answers with JSON, or with an event stream. */
  readonly json?: boolean;
  /** Tools of one page. */
  readonly pageSize?: number;
}

/** A server of the official SDK on this machine; answers are arranged by the names of its methods. */
export interface McpTestServer extends Pick<Script, 'answerNext' | 'hold'> {
  readonly url: string;
  /** Methods as they came, `DELETE` for the end of a session; in order. */
  readonly methods: readonly string[];
  /** Calls of tools that were carried out, in order. */
  readonly effects: { readonly tool: string; readonly given: Readonly<Record<string, unknown>> }[];
  /** Sessions that have begun and not ended. */
  readonly sessions: ReadonlyMap<string, unknown>;
  /** Heads of the requests, in order. */
  readonly heads: readonly IncomingMessage['headers'][];
  /** The tools that it offers; a test may change them. */
  readonly tools: TestTool[];
  /** Drop all sessions, as a server does that was deployed anew. */
  forget(): void;
  close(): Promise<void>;
}

const Message = z.object({
  method: z.string(),
  params: z.record(z.string(), z.unknown()).default({}),
});
const Call = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) });

/** Start a real MCP server over streamable HTTP. */
export async function startMcpServer(options: McpServerOptions): Promise<McpTestServer> {
  const script = vendorScript();
  const parts = new Parts(options, script);
  const listener = createServer((request, response) => {
    parts.serve(request, response).catch(() => response.destroy());
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    ...script,
    methods: parts.methods,
    effects: parts.effects,
    sessions: parts.sessions,
    heads: parts.heads,
    tools: parts.tools,
    forget: () => parts.sessions.clear(),
    async close() {
      const closed = once(listener, 'close');
      listener.close();
      listener.closeAllConnections();
      await closed;
    },
  };
}

class Parts {
  readonly methods: string[] = [];
  readonly effects: McpTestServer['effects'] = [];
  readonly sessions = new Map<string, StreamableHTTPServerTransport>();
  readonly heads: IncomingMessage['headers'][] = [];
  readonly tools: TestTool[];
  readonly #options: McpServerOptions;
  readonly #script: Script;

  constructor(options: McpServerOptions, script: Script) {
    this.tools = [...options.tools];
    this.#options = options;
    this.#script = script;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = this.#options;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const message = Message.safeParse(body).data;
    const method = message?.method ?? request.method ?? '';
    this.heads.push(request.headers);
    if (token !== null && request.headers.authorization !== `Bearer ${token}`) {
      return sendAnswer(response, { status: 401 }, { headers: {}, ending: undefined });
    }
    this.methods.push(method);
    await this.#script.pass(method, 'before');
    const next = this.#script.take(method);
    if (isArranged(next)) return this.#answer(response, next, message?.params ?? {});
    await this.#handle(request, response, body);
  }

  /** What was arranged, in place of what the SDK would answer. */
  #answer(response: ServerResponse, next: NextAnswer, params: object): void {
    const call = Call.safeParse(params).data;
    if (next.effect && call !== undefined) this.#run(call.name, call.arguments);
    const { headers = {}, ending, status = 200, body } = next;
    sendAnswer(response, { status, body }, { headers, ending });
  }

  async #handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const known = typeof id === 'string' ? this.sessions.get(id) : undefined;
    if (typeof id === 'string' && known === undefined) {
      const error = { code: -32001, message: 'Session not found' };
      return sendAnswer(
        response,
        { status: 404, body: { jsonrpc: '2.0', error, id: null } },
        { headers: {}, ending: undefined },
      );
    }
    const transport = known ?? (await this.#connected());
    await transport.handleRequest(request, response, body);
  }

  async #connected(): Promise<StreamableHTTPServerTransport> {
    const { stateful = true, json = true } = this.#options;
    const transport = new StreamableHTTPServerTransport({
      enableJsonResponse: json,
      ...(stateful
        ? {
            sessionIdGenerator: randomUUID,
            onsessioninitialized: (id: string) => {
              this.sessions.set(id, transport);
            },
            onsessionclosed: (id: string) => {
              this.sessions.delete(id);
            },
          }
        : {}),
    });
    // The SDK's own types do not fit together under exactOptionalPropertyTypes.
    await this.#server().connect(transport as Parameters<Server['connect']>[0]);
    return transport;
  }

  #server(): Server {
    const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
      const { pageSize = 100 } = this.#options;
      const from = Number(params?.cursor ?? 0);
      const page = this.tools.slice(from, from + pageSize);
      const tools = page.map(({ name, inputSchema }) => ({ name, inputSchema }));
      const more = from + pageSize < this.tools.length;
      return more ? { tools, nextCursor: String(from + pageSize) } : { tools };
    });
    server.setRequestHandler(CallToolRequestSchema, ({ params }) =>
      this.#run(params.name, params.arguments ?? {}),
    );
    return server;
  }

  #run(name: string, given: Readonly<Record<string, unknown>>) {
    const tool = this.tools.find((one) => one.name === name);
    try {
      if (tool === undefined) throw new Error(`no tool ${name}`);
      const data = tool.run(given);
      this.effects.push({ tool: name, given });
      const text = typeof data === 'string' ? data : JSON.stringify(data);
      return { content: [{ type: 'text' as const, text }] };
    } catch (error) {
      return { content: [{ type: 'text' as const, text: String(error) }], isError: true };
    }
  }
}

const isArranged = ({ status, body, ending }: NextAnswer): boolean =>
  status !== undefined || body !== undefined || ending !== undefined;
