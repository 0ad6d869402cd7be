import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { McpRef } from '../../lib/domain/platform-refs/mcp.js';
import { gitHubPlatform } from '../../lib/platforms/github.js';
import { mcpPlatform } from '../../lib/platforms/mcp.js';
import type { ActionRequest } from '../../lib/platforms/platform.js';
import { renderPlatform } from '../../lib/platforms/render.js';
import { vercelPlatform } from '../../lib/platforms/vercel.js';
import { type McpTestServer, startMcpServer } from '../support/mcp/server.js';
import { describedTools, jobTools, type TestJob } from '../support/mcp/tools.js';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { outcome, stored, TOKEN } from '../support/vendor/outcome.js';
import { askingFor, RECOVERY_ID, ROLLBACK, SINCE } from '../support/vendor/rig.js';

const RESTART = { name: 'restart' } as const;
const MARKED = {
  tool: 'list_jobs',
  arguments: { app: '{{app}}' },
  list: 'data.jobs',
  marked: 'note',
};
const ENDED = { ended: { at: 'state', success: ['ok'], failed: ['bad'] } };

let server: McpTestServer;
let render: RenderServer;
let jobs: TestJob[];
let now = SINCE;

beforeEach(async () => {
  now = SINCE;
  const world = jobTools(() => now);
  jobs = world.jobs;
  server = await startMcpServer({ token: TOKEN, tools: world.tools });
  render = await startRenderServer({ token: TOKEN, services: [renderService('srv-1')] });
});

afterEach(async () => {
  await server.close();
  await render.close();
});

function platform() {
  const vendor = { credential: () => TOKEN, fetch, now: () => now, timeoutMs: 5000 };
  return mcpPlatform({
    ...vendor,
    address: () => server.url,
    rest: {
      render: renderPlatform({ ...vendor, baseUrl: render.url }),
      vercel: vercelPlatform({ ...vendor, baseUrl: 'https://vercel.example' }),
      github: gitHubPlatform({ ...vendor, baseUrl: 'https://github.example' }),
    },
  });
}

const target = (given: object = {}) =>
  McpRef.parse({ type: 'mcp', server: 'ops', parameters: { app: 'shop' }, ...given });

const byTool = (given: object = {}) =>
  target({
    actions: {
      restart: {
        tool: 'restart_app',
        arguments: { app: '{{app}}', note: 'by {{recovery_id}}', how: 'rolling' },
        look: { ...MARKED, ...ENDED },
        ...given,
      },
    },
  });

const asking = (ref: McpRef, given: Partial<ActionRequest> = {}) =>
  askingFor({ target: ref, action: RESTART }, given);

const prepare = async (request: ActionRequest) => stored(await platform().prepare(request));

describe('mcpPlatform', () => {
  it('calls the tool that an action is mapped to, once, with its arguments filled in', async () => {
    const request = asking(byTool());
    const prepared = await prepare(request);
    expect(prepared).toEqual({
      before: { via: 'mcp', tool: 'restart_app' },
      after: null,
      inverse: null,
    });
    expect(server.effects).toEqual([]);
    expect(await platform().act(request, prepared)).toEqual({
      success: true,
      service_id: 'ops',
      component: 'shop',
      status_code: null,
      message: 'restart_app was called',
    });
    expect(server.effects).toEqual([
      { tool: 'restart_app', given: { app: 'shop', note: `by ${RECOVERY_ID}`, how: 'rolling' } },
    ]);
    expect(server.sessions.size).toBe(0);
  });

  it.each([
    ['ok', { kind: 'done', result: { success: true, message: 'list_jobs tells: ok' } }],
    ['bad', { kind: 'failed', why: 'list_jobs tells: bad', result: { success: false } }],
    ['running', { kind: 'pending' }],
  ])('reports a job that is %s', async (state, reported) => {
    const request = asking(byTool());
    const prepared = await prepare(request);
    await platform().act(request, prepared);
    for (const job of jobs) job.state = state;
    expect(await platform().report(request, prepared, SINCE)).toMatchObject(reported);
  });

  it.each([
    ['nothing', { ending: 'drop', effect: true }],
    ['half of an answer', { ending: 'cut', status: 200, body: '{', effect: true }],
    ['502', { status: 502, effect: true }],
    ['429', { status: 429, effect: true }],
  ] as const)('finds what it has done after %s', async (_, answer) => {
    const request = asking(byTool());
    const prepared = await prepare(request);
    server.answerNext('tools/call', answer);
    expect(await outcome(platform().act(request, prepared))).toMatchObject({
      code: 'upstream_unavailable',
    });
    expect(await platform().look(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { success: true, message: 'list_jobs shows that it was done' },
    });
    expect(jobs).toHaveLength(1);
  });

  it('believes only after a while that nothing was done', async () => {
    const request = asking(byTool());
    const prepared = await prepare(request);
    server.answerNext('tools/call', { ending: 'drop' });
    await outcome(platform().act(request, prepared));
    expect(await platform().look(request, prepared, SINCE)).toMatchObject({ kind: 'unknown' });
    now = new Date(SINCE.getTime() + 30_000);
    expect(await platform().look(request, prepared, SINCE)).toEqual({ kind: 'not_done' });
    expect(await platform().report(request, prepared, SINCE)).toEqual({ kind: 'pending' });
  });

  it('never knows where no tool shows it, and takes the call for done', async () => {
    const request = asking(byTool({ look: null }));
    const prepared = await prepare(request);
    now = new Date(SINCE.getTime() + 3_600_000);
    expect(await platform().look(request, prepared, SINCE)).toEqual({
      kind: 'unknown',
      why: 'no tool is named that shows what restart_app did',
    });
    expect(await platform().report(request, prepared, SINCE)).toMatchObject({ kind: 'done' });
  });

  it('does not know where the answer is not what the mapping says', async () => {
    const request = asking(byTool({ look: { ...MARKED, list: 'elsewhere' } }));
    expect(await platform().look(request, await prepare(request), SINCE)).toMatchObject({
      kind: 'unknown',
    });
  });

  it.each([
    ['a tool that is gone', () => server.tools.shift(), 'no tool to restart it'],
    [
      'an argument that is new',
      () => change({ required: ['app', 'zone'] }),
      'argument zone is missing',
    ],
    [
      'an argument that is gone',
      () => change({ properties: { app: { type: 'string' } } }),
      'the argument note is unknown',
    ],
    [
      'an argument of another type',
      () => change({ properties: { app: { type: 'integer' }, note: {}, how: {} } }),
      'the argument app must be of type integer',
    ],
  ])('refuses %s before the call, however late it changes', async (_, changeTools, message) => {
    const request = asking(byTool());
    const prepared = await prepare(request);
    changeTools();
    for (const step of [platform().act(request, prepared), platform().prepare(request)]) {
      expect(await outcome(step)).toMatchObject({ code: 'refused' });
    }
    expect(await outcome(platform().prepare(request))).toMatchObject({
      message: expect.stringContaining(message),
    });
    expect(server.effects).toEqual([]);
  });

  it('does nothing when nothing was stored', async () => {
    const none = { before: {}, after: null, inverse: null };
    for (const step of ['act', 'look', 'report'] as const) {
      expect(await outcome(platform()[step](asking(byTool()), none, SINCE))).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('plan it anew'),
      });
    }
  });

  it('tells the call, and makes none', () => {
    expect(platform().describe(asking(byTool()))).toEqual([
      `POST ${server.url} (tools/call restart_app)`,
    ]);
    const elsewhere = { ...asking(byTool()), target: { type: 'agent' } as const };
    expect(() => platform().describe(elsewhere)).toThrow('not looked after by an MCP server');
    expect(server.methods).toEqual([]);
  });
});

/** Change the schema of `restart_app`. */
function change(given: object): void {
  const [tool] = server.tools;
  if (tool !== undefined)
    server.tools[0] = { ...tool, inputSchema: { ...tool.inputSchema, ...given } };
}

describe('mcpPlatform, when a component is registered', () => {
  const check = (ref: McpRef) => outcome(Promise.resolve(platform().check?.(ref, 'shop')));
  const restart = (given: object) =>
    target({ actions: { restart: { tool: 'restart_app', ...given } } });

  it('accepts what fits the schema', async () => {
    expect(await check(byTool())).toBeUndefined();
    expect(server.effects).toEqual([]);
  });

  it.each([
    [
      restart({ arguments: {} }),
      'restart by MCP server ops: restart_app: the argument app is missing',
    ],
    [restart({ arguments: { app: 'a', ap: 1 } }), 'the argument ap is unknown'],
    [restart({ arguments: { app: 7 } }), 'the argument app must be of type string, not integer'],
    [
      restart({ arguments: { app: 'a', count: '{{recovery_id}}' } }),
      'count must be of type integer',
    ],
    [restart({ arguments: { app: 'a', how: 'x' } }), 'the argument how must be one of'],
    [restart({ arguments: { app: '{{ap}}' } }), 'the argument app needs {{ap}}'],
    [restart({ arguments: { app: '{{to}}' } }), 'the argument app needs {{to}}'],
    [target({ actions: { restart: { tool: 'restrt_app' } } }), 'it offers no tool restrt_app'],
    [
      restart({ arguments: { app: 'a' }, look: { ...MARKED, tool: 'list_job' } }),
      'it offers no tool list_job',
    ],
    [
      restart({ arguments: { app: 'a' }, look: { ...MARKED, arguments: { ap: 1 } } }),
      'list_jobs: the argument app is missing',
    ],
    [target({}), 'nothing is mapped'],
  ])('says what is wrong', async (ref, message) => {
    expect(await check(ref)).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining(message),
    });
  });

  it('says that the server cannot be asked', async () => {
    server.answerNext('initialize', { status: 503 });
    expect(await check(byTool())).toMatchObject({ code: 'upstream_unavailable' });
  });

  it('wants to know how a recovery’s entry is known', () => {
    const look = { tool: 'list_jobs' };
    expect(() => restart({ look })).toThrow('name `created` or `marked`');
  });
});

describe('mcpPlatform, where the server has no tool for it', () => {
  const REST = { rest: { type: 'render', service_id: 'srv-1' } };

  it('acts through the vendor’s own adapter, which looks for itself', async () => {
    const request = asking(target(REST));
    const prepared = await prepare(request);
    expect(prepared.before).toMatchObject({ via: 'render' });
    expect(await platform().act(request, prepared)).toMatchObject({ service_id: 'srv-1' });
    expect(await platform().look(request, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(await platform().report(request, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(render.effects).toEqual(['restart-service']);
    expect(server.effects).toEqual([]);
    expect(platform().describe(request)).toEqual([`POST ${render.url}/services/srv-1/restart`]);
  });

  it('does so, too, when its own mapping’s tool is gone', async () => {
    server.tools.shift();
    const request = asking(McpRef.parse({ ...byTool(), ...REST }));
    expect((await prepare(request)).before).toMatchObject({ via: 'render' });
  });
});

describe('mcpPlatform, with GitHub’s server', () => {
  const runs: { id: number; event: string; created_at: string; conclusion: string | null }[] = [];
  const dispatch = () => {
    runs.push({
      id: 1,
      event: 'workflow_dispatch',
      created_at: now.toISOString(),
      conclusion: null,
    });
    return { message: 'Workflow run has been queued' };
  };
  const GITHUB = target({
    server: 'github',
    parameters: { owner: 'acme', repo: 'shop', workflow: 'rollback.yml', ref: 'main' },
  });
  const request = asking(GITHUB, { action: ROLLBACK });

  beforeEach(() => {
    runs.length = 0;
    server.tools.splice(
      0,
      9,
      ...describedTools('github', {
        actions_run_trigger: dispatch,
        actions_list: () => ({ total_count: runs.length, workflow_runs: runs }),
      }),
    );
  });

  it('rolls back by a run of the workflow, and waits for its end', async () => {
    expect(await outcome(Promise.resolve(platform().check?.(GITHUB, 'shop')))).toBeUndefined();
    const prepared = await prepare(request);
    expect(await platform().act(request, prepared)).toMatchObject({
      success: true,
      rollback_type: 'deployment',
    });
    expect(server.effects).toEqual([
      {
        tool: 'actions_run_trigger',
        given: {
          method: 'run_workflow',
          owner: 'acme',
          repo: 'shop',
          workflow_id: 'rollback.yml',
          ref: 'main',
        },
      },
    ]);
    expect(await platform().look(request, prepared, SINCE)).toMatchObject({ kind: 'done' });
    expect(await platform().report(request, prepared, SINCE)).toEqual({ kind: 'pending' });
    for (const run of runs) run.conclusion = 'success';
    expect(await platform().report(request, prepared, SINCE)).toMatchObject({ kind: 'done' });
    for (const run of runs) run.conclusion = 'failure';
    expect(await platform().report(request, prepared, SINCE)).toMatchObject({ kind: 'failed' });
  });

  it('asks for the tools of Actions', async () => {
    await prepare(request);
    expect(server.heads[0]?.['x-mcp-toolsets']).toBe('actions,repos,pull_requests');
  });

  it('knows the older name of the tool', async () => {
    const trigger = { type: 'object' as const, required: ['owner', 'repo', 'workflow_id', 'ref'] };
    server.tools.splice(0, 9, { name: 'run_workflow', inputSchema: trigger, run: dispatch });
    const prepared = await prepare(request);
    await platform().act(request, prepared);
    expect(server.effects.map(({ tool }) => tool)).toEqual(['run_workflow']);
  });
});

describe('mcpPlatform, with Render’s server', () => {
  const deploys: object[] = [];
  const RENDER = target({
    server: 'render',
    parameters: { serviceId: 'srv-1', workspaceId: 'tea-1' },
  });

  beforeEach(() => {
    deploys.length = 0;
    server.tools.splice(
      0,
      9,
      ...describedTools('render', {
        trigger_deploy: () => {
          deploys.push({
            id: 'dep-1',
            trigger: 'api',
            status: 'live',
            createdAt: now.toISOString(),
          });
          return 'Deploy triggered';
        },
        list_deploys: () => `${JSON.stringify(deploys)}\n\n cursor: abc`,
      }),
    );
  });

  it('deploys anew for a restart, where a person asks for it', async () => {
    expect(await outcome(Promise.resolve(platform().check?.(RENDER, 'shop')))).toBeUndefined();
    const request = asking(RENDER, { byPerson: true });
    const prepared = await prepare(request);
    await platform().act(request, prepared);
    expect(server.effects).toEqual([
      { tool: 'trigger_deploy', given: { serviceId: 'srv-1', workspaceId: 'tea-1' } },
    ]);
    expect(await platform().report(request, prepared, SINCE)).toMatchObject({
      kind: 'done',
      result: { message: 'list_deploys tells: live' },
    });
  });

  it('does not by itself, for it may bring in another commit', async () => {
    expect(await outcome(prepare(asking(RENDER)))).toMatchObject({
      code: 'refused',
      message: expect.stringContaining('a person must ask'),
    });
  });

  it('leaves a restart to the adapter that can really do it', async () => {
    const ref = McpRef.parse({ ...RENDER, rest: { type: 'render', service_id: 'srv-1' } });
    expect((await prepare(asking(ref))).before).toMatchObject({ via: 'render' });
  });
});
