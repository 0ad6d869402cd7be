import { afterEach, describe, expect, it } from 'vitest';
import { openMcpServer } from '../../../lib/platforms/mcp/servers.js';
import { withSession } from '../../../lib/platforms/mcp/session.js';
import { callTool, listTools } from '../../../lib/platforms/mcp/tools.js';
import {
  type McpServerOptions,
  type McpTestServer,
  startMcpServer,
} from '../../support/mcp/server.js';
import { jobTools } from '../../support/mcp/tools.js';
import { outcome, TOKEN } from '../../support/vendor/outcome.js';

let server: McpTestServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(given: Partial<McpServerOptions> = {}) {
  const { jobs, tools } = jobTools(() => new Date());
  const started = await startMcpServer({ token: TOKEN, tools, ...given });
  server = started;
  return { server: started, jobs };
}

const open = (url: string, given: { token?: string | undefined; timeoutMs?: number } = {}) =>
  openMcpServer(
    {
      address: (name) => (name === 'MCP_URL_OPS' ? url : undefined),
      credential: (name) =>
        name === 'MCP_TOKEN_OPS' ? ('token' in given ? given.token : TOKEN) : undefined,
      fetch,
      now: () => new Date(),
      timeoutMs: given.timeoutMs ?? 5000,
    },
    'ops',
  );

const CALL = { tool: 'restart_app', arguments: { app: 'shop' } };
const restart = (url: string, given = {}) =>
  outcome(withSession(open(url, given), (session) => callTool(session, CALL)));
const list = (url: string, given = {}) =>
  outcome(withSession(open(url, given), async (session) => [...(await listTools(session)).keys()]));

const WAYS = [
  { stateful: true, json: true },
  { stateful: true, json: false },
  { stateful: false, json: true },
  { stateful: false, json: false },
];

describe.each(WAYS)(
  'withSession, with a server that is stateful: $stateful, json: $json',
  (way) => {
    it('begins, lists, calls, and ends', async () => {
      const { server, jobs } = await start(way);
      const talk = withSession(open(server.url), async (session) => {
        expect(server.sessions.size).toBe(way.stateful ? 1 : 0);
        const tools = await listTools(session);
        return { tools: [...tools.keys()], result: await callTool(session, CALL) };
      });
      expect(await talk).toMatchObject({
        tools: ['restart_app', 'list_jobs'],
        result: {
          isError: false,
          content: [{ type: 'text', text: expect.stringContaining('"id":1') }],
        },
      });
      expect(jobs).toHaveLength(1);
      expect(server.methods).toEqual([
        'initialize',
        'notifications/initialized',
        'tools/list',
        'tools/call',
        ...(way.stateful ? ['DELETE'] : []),
      ]);
      expect(server.sessions.size).toBe(0);
    });

    it('says which version and session each later request belongs to', async () => {
      const { server } = await start(way);
      await list(server.url);
      const [first, ...later] = server.heads;
      expect(first).not.toHaveProperty('mcp-session-id');
      for (const head of later) {
        expect(head['mcp-protocol-version']).toBe('2025-11-25');
        expect(head['mcp-session-id'] !== undefined).toBe(way.stateful);
      }
    });

    it('reads all pages', async () => {
      const { server } = await start({ ...way, pageSize: 1 });
      expect(await list(server.url)).toEqual(['restart_app', 'list_jobs']);
    });

    it('ends the session when something fails', async () => {
      const { server } = await start(way);
      const call = { tool: 'restart_app', arguments: { app: 'gone' } };
      const failed = withSession(open(server.url), (session) => callTool(session, call));
      expect(await outcome(failed)).toMatchObject({
        code: 'upstream_refused',
        message: 'MCP server ops: restart_app answered that it failed',
      });
      expect(server.sessions.size).toBe(0);
    });
  },
);

describe('withSession', () => {
  it('begins anew when the session is gone, and calls once', async () => {
    const { server, jobs } = await start();
    await withSession(open(server.url), async (session) => {
      server.forget();
      await callTool(session, CALL);
    });
    expect(jobs).toHaveLength(1);
    expect(server.methods.filter((one) => one === 'initialize')).toHaveLength(2);
    expect(server.sessions.size).toBe(0);
  });

  it('gives up when sessions never last', async () => {
    const { server } = await start();
    server.answerNext('tools/call', { status: 404 });
    server.answerNext('tools/call', { status: 404 });
    expect(await restart(server.url)).toMatchObject({ code: 'upstream_unavailable' });
  });

  it.each([
    ['a wrong token', 'wrong', 'upstream_refused', 'MCP_TOKEN_OPS was refused'],
    ['no token', undefined, 'upstream_refused', 'the call was refused'],
    ['a token that no header can carry', 'a\nb', 'refused', 'MCP_TOKEN_OPS holds characters'],
  ])('is refused with %s', async (_, token, code, message) => {
    const { server } = await start();
    expect(await list(server.url, { token })).toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(server.methods).toEqual([]);
  });

  it('needs no token where the server asks for none', async () => {
    const { server } = await start({ token: null });
    expect(await list(server.url, { token: undefined })).toHaveLength(2);
    expect(server.heads[0]).not.toHaveProperty('authorization');
  });

  it.each([
    ['drops the connection', { ending: 'drop' }, 'did not answer'],
    ['drops it within the body', { ending: 'cut', status: 200, body: '{' }, 'did not answer'],
    ['answers 429', { status: 429, headers: { 'retry-after': '7' } }, '429'],
    ['answers 503', { status: 503 }, '503'],
    [
      'answers with an error of its own',
      { body: { jsonrpc: '2.0', id: 2, error: { code: -32603, message: 'words-of-the-vendor' } } },
      'error -32603',
    ],
    [
      'ends the stream without an answer',
      { body: ': nothing\n\n', headers: { 'content-type': 'text/event-stream' } },
      'ended without an answer',
    ],
  ] as const)('says that a second try may help when the server %s', async (_, answer, message) => {
    const { server } = await start();
    server.answerNext('tools/call', answer);
    expect(await restart(server.url)).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining(message),
    });
    expect(server.methods.filter((one) => one === 'tools/call')).toHaveLength(1);
  });

  it.each([
    ['hangs', { ending: 'hang' }],
    ['never ends its answer', { ending: 'stall', status: 200, body: '{' }],
    [
      'never ends its stream',
      {
        ending: 'stall',
        status: 200,
        body: ': x\n\n',
        headers: { 'content-type': 'text/event-stream' },
      },
    ],
  ] as const)('does not wait for ever when the server %s', async (_, answer) => {
    const { server } = await start();
    server.answerNext('tools/call', answer);
    expect(await restart(server.url, { timeoutMs: 300 })).toMatchObject({
      code: 'upstream_unavailable',
      message: expect.stringContaining('within 300 ms'),
    });
  });

  it.each([
    ['garbage', { body: 'words-of-the-vendor' }, 'no JSON-RPC'],
    ['another’s answer', { body: { jsonrpc: '2.0', id: 99, result: {} } }, 'no JSON-RPC'],
    [
      'an unknown shape',
      { body: { jsonrpc: '2.0', id: 2, result: { content: 'x' } } },
      'unknown shape (at content)',
    ],
    ['a refusal', { body: { jsonrpc: '2.0', id: 2, error: { code: -32602 } } }, 'error -32602'],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://elsewhere.example' } },
      'redirects',
    ],
    ['too much', { body: `"${'x'.repeat(1024 * 1024)}"` }, 'more than 1 MB'],
    [
      'too much of a stream',
      {
        body: `data: ${'x'.repeat(1024 * 1024)}`,
        headers: { 'content-type': 'text/event-stream' },
      },
      'more than 1 MB',
    ],
  ])('does not take %s for an answer', async (_, answer, message) => {
    const { server, jobs } = await start();
    server.answerNext('tools/call', answer);
    // Whatever says yes may have been done, though nobody can read how; what says no was not.
    const saysNo = /error|redirects/.test(message);
    expect(await restart(server.url)).toMatchObject({
      code: saysNo ? 'upstream_refused' : 'upstream_unavailable',
      message: expect.stringContaining(message),
    });
    expect(jobs).toEqual([]);
  });

  it('refuses a list of tools that nobody can read, since nothing can have been done by it', async () => {
    const { server } = await start();
    server.answerNext('tools/list', { body: 'words-of-the-vendor' });
    expect(await list(server.url)).toMatchObject({ code: 'upstream_refused' });
  });

  it('refuses a version of the protocol that it does not know', async () => {
    const { server } = await start();
    const result = { protocolVersion: '1999-01-01', capabilities: {}, serverInfo: {} };
    server.answerNext('initialize', { body: { jsonrpc: '2.0', id: 1, result } });
    expect(await list(server.url)).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('no version of MCP'),
    });
  });

  it('refuses a list of tools that has no end', async () => {
    const { server } = await start();
    for (let id = 2; id < 30; id += 1) {
      const result = { tools: [], nextCursor: 'on' };
      server.answerNext('tools/list', { body: { jsonrpc: '2.0', id, result } });
    }
    expect(await list(server.url)).toMatchObject({
      code: 'upstream_refused',
      message: expect.stringContaining('has no end'),
    });
  });

  it('reads an answer among other messages, in any kind of lines', async () => {
    const { server } = await start();
    const note = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: {} });
    const answer = JSON.stringify({ jsonrpc: '2.0', id: 2, result: { tools: [] } });
    for (const end of ['\n', '\r\n', '\r']) {
      const [a, b] = [answer.slice(0, 17), answer.slice(17)];
      const lines = [
        `event: message`,
        `data: ${note}`,
        '',
        'id: 7',
        `data:${a}`,
        `data: ${b}`,
        '',
        '',
      ];
      server.answerNext('tools/list', {
        body: lines.join(end),
        headers: { 'content-type': 'text/event-stream; charset=utf-8' },
      });
      expect(await list(server.url)).toEqual([]);
    }
  });

  it('does not mind a server that knows no end of sessions', async () => {
    const { server } = await start();
    server.answerNext('DELETE', { status: 405 });
    expect(await list(server.url)).toHaveLength(2);
  });
});

describe('openMcpServer', () => {
  const places = (address?: string) => ({
    address: () => address,
    credential: () => undefined,
    fetch,
    now: () => new Date(),
  });

  it.each([
    ['render', 'https://mcp.render.com/mcp', '', 'RENDER_API_KEY'],
    ['github', 'https://api.githubcopilot.com/mcp', '/', 'GITHUB_TOKEN'],
  ])('knows the server of %s', (name, baseUrl, path, credential) => {
    const { vendor, ...server } = openMcpServer(places(), name);
    expect({ ...server, baseUrl: vendor.baseUrl }).toEqual({ path, credential, baseUrl });
  });

  it('knows no other, and goes to no insecure one', () => {
    expect(() => openMcpServer(places(), 'ops')).toThrow('MCP_URL_OPS is not set');
    expect(() => openMcpServer(places('http://example.com/mcp'), 'ops')).toThrow('must be https');
  });
});
