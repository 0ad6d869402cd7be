import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCommand } from '../../lib/agent/open-command.js';
import { readPublicKey } from '../../lib/agent/public-key.js';
import { healthy, live, past, runOut, send } from '../support/life.js';
import { renderDeploy, renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let render: RenderServer;

beforeAll(async () => {
  render = await startRenderServer({
    token: 'rnd_test',
    services: [
      renderService('srv-shop'),
      renderService('srv-api', { deploys: [renderDeploy(2, 'live'), renderDeploy(1)] }),
    ],
  });
  stack = await startTestStack({
    // A busy machine must not make a test's samples look stale.
    settings: { recoveryShare: 1, freshIntervals: 10, freshShare: 0.3 },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
});

afterAll(async () => {
  await stack.close();
  await render.close();
});

const brain = async (component: string, actionType: string) =>
  stack.app.sql`
    select agent_name, action_type, input_data, output_data, success, metadata
    from unified_brain
    where metadata ->> 'component' = ${component}::text
    and action_type = ${actionType}::text
    order by executed_at
    limit 50`;

describe('health monitoring', () => {
  it('answers the reference document’s example in its shape', async () => {
    const { status, body } = await stack.call('POST', '/api/ingest?assess=1', {
      component: 'my_service',
      cpu_usage: 85,
      memory_usage: 88,
      error_rate: 0.08,
      latency_ms: 3500,
    });
    expect(status).toBe(200);
    expect(body.component).toBe('my_service');
    expect(Math.abs(body.health_score - 50)).toBeLessThanOrEqual(1);
    expect(['improving', 'stable', 'declining']).toContain(body.trend);
    expect(body.warnings[0]).toMatch(/^Health degrading: \d+\.\d%$/);
    expect(body.failure_prediction).toHaveProperty('probability');
    expect(body.failure_prediction).toHaveProperty('time_to_failure');
    expect(Array.isArray(body.failure_prediction.reasons)).toBe(true);
  });
});

describe('failure prediction', () => {
  it('sees a leak before the limit, with evidence and a plan', async () => {
    await send(
      stack,
      'leaky',
      past(120, (i) => ({ ...healthy, memory_usage: 40 + i * 0.4 + (i % 2) * 0.3 })),
    );
    const { body } = await stack.call('GET', '/api/predict?component=leaky');
    expect(body.failure_prediction.probability).toBeGreaterThan(0.5);
    expect(body.failure_prediction.time_to_failure).toBe('< 1 hour');
    expect(body.failure_prediction.reasons).toContain('Memory leak detected');
    expect(body.evidence[0]).toMatchObject({ metric: 'memory_usage', limit: 97.5 });
    expect(body.evidence[0].slope_per_hour).toBeGreaterThan(1000);
    expect(body.plan.at(-1).action).toBe('page');
  });

  it('says nothing of a series that is flat', async () => {
    const samples = past(120, (i) => ({ ...healthy, memory_usage: 70 + (i % 3) }));
    const { status, body } = await stack.call('POST', '/api/predict', { samples });
    expect(status).toBe(200);
    expect(body.failure_prediction).toMatchObject({ time_to_failure: null, reasons: [] });
  });
});

describe('restart via Render', () => {
  it('restarts a component before it fails, verifies, closes the incident, and tells of it', async () => {
    await stack.call('PUT', '/api/components/shop', {
      platform: { type: 'render', service_id: 'srv-shop' },
      mode: 'auto',
    });
    const isRestarted = (): boolean =>
      render.calls.some(
        ({ operation, path }) => operation === 'restart-service' && path.includes('srv-shop'),
      );
    const shown = await runOut(stack, 'shop', { isRestarted });
    expect(shown).toMatchObject({ kind: 'predicted', needs_person: false, failed_at: null });
    expect(shown.recoveries).toHaveLength(1);
    expect(shown.recoveries[0]).toMatchObject({ action: 'restart', state: 'succeeded' });
    expect(shown.timeline.map((line: { kind: string }) => line.kind)).toEqual([
      'opened',
      'planned',
      'acted',
      'verified',
      'closed',
    ]);
    expect(render.calls.filter(({ operation }) => operation === 'restart-service')).toHaveLength(1);
    const [row] = await brain('shop', 'service_restart');
    expect(row).toMatchObject({ agent_name: 'enhanced_self_healing', success: true });
    expect(row?.['output_data']).toMatchObject({
      success: true,
      service_id: 'srv-shop',
      component: 'shop',
      status_code: 200,
    });
  }, 120_000);

  it('takes a platform and its id in place of a component, and a dry run changes nothing', async () => {
    const before = render.calls.length;
    const { status, body } = await stack.call('POST', '/api/recover', {
      platform: 'render',
      service_id: 'srv-shop',
      action: 'restart',
      reason: 'to see what it would do',
      dry_run: true,
    });
    expect(status).toBe(200);
    expect(body.calls[0]).toMatch(/^POST .*\/services\/srv-shop\/restart/);
    expect(body.verdicts.length).toBeGreaterThan(15);
    expect(render.calls.length).toBe(before);
  });
});

describe('rollback', () => {
  it('goes back to the last version that was live, locks auto-deploy, and keeps both states', async () => {
    await stack.call('PUT', '/api/components/api', {
      platform: { type: 'render', service_id: 'srv-api' },
    });
    await send(
      stack,
      'api',
      past(30, () => healthy),
    );
    const asked = await stack.call('POST', '/api/recover', {
      component: 'api',
      action: 'rollback',
      rollback_to: 'previous',
      reason: 'the new version is bad',
    });
    expect(asked.status).toBe(202);
    await live(stack, 'the rollback', {
      component: 'api',
      values: () => healthy,
      ask: async () =>
        (await stack.call('GET', `/api/recoveries/${asked.body.recovery.id}`)).body.state,
      isWanted: (state) => state === 'succeeded' || state === 'failed',
    });
    const shown = await stack.call('GET', `/api/recoveries/${asked.body.recovery.id}`);
    expect(shown.body).toMatchObject({ state: 'succeeded', error: null });
    const [row] = await stack.app.sql`
      select component, rollback_type, from_state, to_state, success, error_message
      from ai_rollback_history
      where component = 'api'
      limit 1`;
    expect(row).toMatchObject({ rollback_type: 'deployment', success: true, error_message: null });
    expect(row?.['from_state']).toMatchObject({ deploy_id: 'dep-2' });
    expect(row?.['to_state']).toMatchObject({ deploy_id: 'dep-1' });
    expect(await brain('api', 'automatic_rollback')).toHaveLength(1);
    expect(render.state.get('srv-api')?.autoDeploy).toBe('no');
  }, 120_000);
});

/** An agent as the server sees it: pushes, and what it does with a command. */
async function agentPush(component: string, bootId: string, rest: object) {
  return stack.call(
    'POST',
    '/api/ingest',
    { component, instance: 'one', boot_id: bootId, samples: [], ...rest },
    { authorization: `Bearer ${stack.key(['ingest'], component)}` },
  );
}

async function commanded(component: string, action: string, result: object, extra: object = {}) {
  const bootId = '0b5c8a52-7a35-4f9e-9a3b-0d6f5d0f3a11';
  await stack.call('PUT', `/api/components/${component}`, { platform: { type: 'agent' } });
  await agentPush(component, bootId, { samples: past(20, () => healthy) });
  const asked = await stack.call('POST', '/api/recover', {
    component,
    action,
    reason: 'asked by a test',
    ...extra,
  });
  expect(asked.status).toBe(202);
  const pushed = await until(
    'the command',
    () => agentPush(component, bootId, { samples: [{ at: new Date().toISOString(), ...healthy }] }),
    ({ body }) => (body.commands?.length ?? 0) > 0,
  );
  const opened = openCommand(pushed.body.commands[0], {
    identity: { component, instance: 'one', bootId },
    keys: [readPublicKey(stack.app.commands.publicKey)],
    nowMs: Date.now(),
    isKnown: () => false,
  });
  expect(opened.kind).toBe('accepted');
  const report = {
    id: asked.body.recovery.id,
    ok: true,
    result,
    finished_at: new Date().toISOString(),
  };
  await agentPush(component, bootId, { results: [report] });
  const ended = await until(
    'the end',
    async () => {
      await agentPush(component, bootId, {
        samples: [{ at: new Date().toISOString(), ...healthy }],
      });
      return (await stack.call('GET', `/api/recoveries/${asked.body.recovery.id}`)).body;
    },
    ({ state }) => state === 'succeeded' || state === 'failed',
    30_000,
  );
  return { opened, ended };
}

describe('database recovery', () => {
  it('has the agent reset its connections, and logs db_connection_recovered with the attempts', async () => {
    const result = { success: true, attempts: 2, message: 'Connection recovered' };
    const { ended } = await commanded('dbuser', 'reset_database', result);
    expect(ended).toMatchObject({ state: 'succeeded', result });
    const [row] = await brain('dbuser', 'db_connection_recovered');
    expect(row?.['output_data']).toMatchObject(result);
  }, 120_000);
});

describe('memory leak', () => {
  it('has the agent clean up, only if leaking where asked so, and keeps the document’s result', async () => {
    const result = {
      success: true,
      leak_detected: true,
      memory_freed_mb: 125.5,
      objects_collected: 8432,
      current_memory_mb: 324.2,
    };
    const { opened, ended } = await commanded('cachy', 'clean_memory', result, {
      only_if_leaking: true,
    });
    expect(JSON.stringify(opened)).toContain('only_if_leaking');
    expect(ended).toMatchObject({ state: 'succeeded', result });
    const [row] = await brain('cachy', 'memory_leak_cleanup');
    expect(row).toMatchObject({ success: true });
    expect(row?.['output_data']).toMatchObject(result);
  }, 120_000);
});

describe('brain logging', () => {
  it('lets the document’s three analytics run unchanged, with true answers', async () => {
    const top = await stack.database.sql`
      SELECT action_type, COUNT(*) as count,
        SUM(CASE WHEN success THEN 1 ELSE 0 END) as successes,
        AVG(CASE WHEN success THEN 1 ELSE 0 END) as success_rate
      FROM unified_brain
      WHERE agent_name LIKE '%self_healing%' AND executed_at > NOW() - INTERVAL '24 hours'
      GROUP BY action_type ORDER BY count DESC`;
    const names = top.map((row) => row['action_type']);
    expect(names).toEqual(
      expect.arrayContaining([
        'proactive_health_check',
        'reconciliation_cycle',
        'service_restart',
        'automatic_rollback',
      ]),
    );
    const most = await stack.database.sql`
      SELECT metadata->>'component' as component, COUNT(*) as interventions,
        array_agg(DISTINCT action_type) as actions_taken
      FROM unified_brain
      WHERE agent_name LIKE '%self_healing%' AND executed_at > NOW() - INTERVAL '7 days'
      GROUP BY metadata->>'component' ORDER BY interventions DESC LIMIT 10`;
    expect(most.map((row) => row['component'])).toEqual(expect.arrayContaining(['(all)', 'shop']));
    const accuracy = await stack.database.sql`
      SELECT DATE(executed_at) as date, COUNT(*) as predictions,
        AVG((output_data->>'failure_probability')::float) as avg_probability,
        COUNT(*) FILTER (WHERE (output_data->>'failure_probability')::float > 0.5) as critical_warnings
      FROM unified_brain
      WHERE action_type = 'proactive_health_check' AND executed_at > NOW() - INTERVAL '30 days'
      GROUP BY DATE(executed_at) ORDER BY date DESC`;
    expect(Number(accuracy[0]?.['critical_warnings'])).toBeGreaterThanOrEqual(1);

    const { body } = await stack.call('GET', '/api/insights');
    expect(body.top_actions.map((row: { action_type: string }) => row.action_type).sort()).toEqual(
      [...names].sort(),
    );
    expect(body.prevented_failures.count).toBeGreaterThanOrEqual(1);
    const csv = await stack.call('GET', '/api/insights?format=csv&component=shop');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.body).toContain('top_actions,service_restart,count,1');
  });
});
