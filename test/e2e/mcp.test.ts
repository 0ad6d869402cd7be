import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningOut, runOut } from '../support/life.js';
import { type McpTestServer, startMcpServer } from '../support/mcp/server.js';
import { jobTools } from '../support/mcp/tools.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const LOOK = {
  tool: 'list_jobs',
  arguments: { app: '{{component}}' },
  list: 'data.jobs',
  marked: 'note',
  ended: { at: 'state', success: ['ok'], failed: ['bad'] },
};
const RESTART = {
  tool: 'restart_app',
  arguments: { app: '{{component}}', note: 'by {{recovery_id}}' },
};

let stack: TestStack;
let server: McpTestServer;

beforeAll(async () => {
  const { tools } = jobTools(() => new Date());
  server = await startMcpServer({ token: 'mcp_test', tools, json: false });
  stack = await startTestStack({
    // A busy machine must make neither a test's samples look stale, nor a step outlive its claim.
    settings: { recoveryShare: 1, freshIntervals: 10, freshShare: 0.3, attempts: 3, claimS: 60 },
    timeScale: 0.1,
    env: { MCP_URL_OPS: server.url, MCP_TOKEN_OPS: 'mcp_test' },
  });
});

afterAll(async () => {
  await stack.close();
  await server.close();
});

const put = (name: string, restart: object = RESTART) =>
  stack.call('PUT', `/api/components/${name}`, {
    platform: { type: 'mcp', server: 'ops', actions: { restart } },
    mode: 'auto',
  });

const restarts = (name: string) =>
  server.effects.filter(({ tool, given }) => tool === 'restart_app' && given['app'] === name);

const outOf = (name: string, isWanted?: RunningOut['isWanted']) =>
  runOut(stack, name, { isRestarted: () => restarts(name).length > 0, isWanted });

describe('a component that an MCP server looks after', () => {
  it('is restarted by a tool, once, though the first answer is lost, and the incident closes', async () => {
    expect((await put('leaks', { ...RESTART, look: LOOK })).status).toBe(201);
    server.answerNext('tools/call', { ending: 'drop', effect: true });
    const incident = await outOf('leaks');
    expect(incident).toMatchObject({ needs_person: false });
    expect(incident.recoveries).toMatchObject([{ action: 'restart', state: 'succeeded' }]);
    const { id } = incident.recoveries[0];
    expect(restarts('leaks')).toMatchObject([{ given: { note: `by ${id}` } }]);
    expect((await stack.call('GET', `/api/recoveries/${id}`)).body).toMatchObject({
      executor: 'mcp',
      result: { success: true, service_id: 'ops' },
    });
    expect(server.sessions.size).toBe(0);
  }, 120_000);

  it('is not asked twice where nobody can tell whether it was done; a person is asked', async () => {
    await put('mute');
    server.answerNext('tools/call', { ending: 'drop', effect: true });
    const incident = await outOf('mute', (one) => Object(one).needs_person === true);
    expect(incident.recoveries).toMatchObject([{ action: 'restart', state: 'failed' }]);
    expect(restarts('mute')).toHaveLength(1);
    const { id } = incident.recoveries[0];
    expect((await stack.call('GET', `/api/recoveries/${id}`)).body).toMatchObject({
      error: expect.stringContaining('cannot tell whether it was done'),
    });
  }, 120_000);

  it.each([
    [{ tool: 'restart_app', arguments: { ap: 'x' } }, 400, 'the argument app is missing'],
    [{ tool: 'reboot' }, 400, 'it offers no tool reboot'],
    [{ ...RESTART, look: { tool: 'list_jobs' } }, 400, 'name `created` or `marked`'],
  ])('is not registered with a mapping that cannot work', async (restart, status, detail) => {
    const answer = await put('wrong', restart);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(detail);
    expect((await stack.call('GET', '/api/components/wrong')).status).toBe(404);
  });

  it('is not registered at a server that the installation does not know', async () => {
    const platform = { type: 'mcp', server: 'elsewhere', actions: { restart: RESTART } };
    const answer = await stack.call('PUT', '/api/components/lost', { platform });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('MCP_URL_ELSEWHERE is not set');
  });

  it('tells its call in a dry run, and nothing of the token', async () => {
    await put('dry');
    const asked = await stack.call('POST', '/api/recover', {
      component: 'dry',
      action: 'restart',
      reason: 'a test',
      dry_run: true,
    });
    expect(asked.body.calls).toEqual([`POST ${server.url} (tools/call restart_app)`]);
    expect(JSON.stringify(asked.body)).not.toContain('mcp_test');
  });
});
