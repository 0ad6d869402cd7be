import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let render: RenderServer;
let secret = '';

beforeAll(async () => {
  render = await startRenderServer({
    token: 'rnd_test',
    services: [renderService('srv-ship'), renderService('srv-pair')],
  });
  stack = await startTestStack({
    settings: { recoveryShare: 1, stormMin: 1000, freshIntervals: 100, freshShare: 0 },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
  const made = await stack.call('POST', '/api/admin/webhooks', { source: 'alertmanager' });
  secret = made.body.secret;
});

afterAll(async () => {
  await stack.close();
  await render.close();
});

const CALM = { cpu_usage: 20, memory_usage: 30, error_rate: 0.001, latency_ms: 100 };

const past = (seconds: number, values: () => object, end = Date.now()): object[] =>
  Array.from({ length: seconds }, (_, i) => ({
    at: new Date(end - (seconds - 1 - i) * 1000).toISOString(),
    ...CALM,
    ...values(),
  }));

const send = (component: string, samples: object[], instance = 'one') =>
  stack.call('POST', '/api/ingest', { component, instance, samples });

async function newestIncident(component: string) {
  const { body } = await stack.call('GET', `/api/incidents?component=${component}`);
  const [newest] = body.incidents;
  return newest === undefined
    ? null
    : (await stack.call('GET', `/api/incidents/${newest.id}`)).body;
}

/** Sweep once a second until something is as wanted. */
const swept = <T>(what: string, ask: () => Promise<T>, isWanted: (value: T) => boolean) =>
  until(
    what,
    async () => {
      await stack.call('POST', '/api/sweep', {});
      return ask();
    },
    isWanted,
    60_000,
  );

const fixture = (name: string): Promise<string> =>
  readFile(new URL(`../fixtures/webhooks/alertmanager-${name}.json`, import.meta.url), 'utf8');

const deliver = (body: string, shown = secret) =>
  stack.call('POST', '/api/webhooks/alertmanager', body, { authorization: `Bearer ${shown}` });

describe('a monitoring tool', () => {
  it('is believed only with its secret, and registers nothing', async () => {
    const firing = await fixture('firing');
    expect((await deliver(firing, 'another-secret')).status).toBe(401);
    expect(await deliver(firing)).toMatchObject({
      status: 202,
      body: { accepted: 0, duplicates: 0, unknown: 2 },
    });
    expect((await stack.call('GET', '/api/components/checkout-api')).status).toBe(404);
  });

  it('opens an incident of a component that sends nothing itself, and its end closes it', async () => {
    await stack.call('PUT', '/api/components/checkout', {
      refs: [{ source: 'alertmanager', id: 'checkout-api' }],
    });
    expect(await deliver(await fixture('firing'))).toMatchObject({
      status: 202,
      body: { accepted: 2, duplicates: 0, unknown: 0 },
    });
    // Alertmanager sends a group again and again.
    expect((await deliver(await fixture('firing'))).body).toMatchObject({
      accepted: 0,
      duplicates: 2,
    });
    const opened = await swept(
      'the incident',
      () => newestIncident('checkout'),
      (one) => one !== null,
    );
    expect(opened).toMatchObject({ kind: 'failing', severity: 'critical', opened_by: 'alert' });
    expect(opened.timeline[0].text).toContain('5xx ratio above 5% on checkout-api');

    expect((await deliver(await fixture('resolved'))).body).toMatchObject({ accepted: 2 });
    const closed = await swept(
      'the closing',
      () => newestIncident('checkout'),
      (one) => one?.state === 'closed',
    );
    expect(closed).toMatchObject({
      id: opened.id,
      closed_why: expect.stringContaining('resolved'),
    });
    // A firing message that was held up on its way opens nothing again.
    expect((await deliver(await fixture('firing'))).body).toMatchObject({ accepted: 0 });
    await swept(
      'one more sweep',
      () => newestIncident('checkout'),
      (one) => one?.state === 'closed',
    );
  });

  it('keeps its incident open while it fires, however good the samples look', async () => {
    await stack.call('PUT', '/api/components/fine', {
      refs: [{ source: 'alertmanager', id: 'fine-api' }],
    });
    const about = (text: string) => text.replaceAll('checkout-api', 'fine-api');
    const renamed = (text: string) =>
      about(text).replaceAll('c6eadffa33fcdf37', 'f00d').replaceAll('bc97ff14869b13e3', 'beef');
    await send(
      'fine',
      past(20, () => ({})),
    );
    await deliver(renamed(await fixture('firing')));
    await swept(
      'the incident',
      () => newestIncident('fine'),
      (one) => one?.state === 'open',
    );
    const good = async (): Promise<number> => {
      await send(
        'fine',
        past(1, () => ({})),
      );
      const [row] = await stack.app.sql`
        select (component_state.memory ->> 'good')::int as good
        from component_state
        join components on components.id = component_state.component_id
        where components.name = 'fine'`;
      return Number(row?.['good']);
    };
    await swept('as many good assessments as would close it', good, (count) => count >= 6);
    expect(await newestIncident('fine')).toMatchObject({ state: 'open' });
    await deliver(renamed(await fixture('resolved')));
    await swept(
      'the closing',
      async () => {
        await good();
        return newestIncident('fine');
      },
      (one) => one?.state === 'closed',
    );
  });
});

describe('a pipeline', () => {
  it('holds healing while it deploys, is named as the reason, and lets go of it afterwards', async () => {
    await stack.call('PUT', '/api/components/ship', {
      platform: { type: 'render', service_id: 'srv-ship' },
      mode: 'auto',
    });
    const report = (phase: string) =>
      stack.call(
        'POST',
        '/api/deployments',
        { component: 'ship', version: 'v42', phase },
        { authorization: `Bearer ${stack.key(['deploy'])}` },
      );
    const started = await report('started');
    expect(started).toMatchObject({ status: 202, body: { version: 'v42', phase: 'started' } });
    // A repeat finds what was recorded.
    expect((await report('started')).body.id).toBe(started.body.id);

    const busy = async () => {
      await send(
        'ship',
        past(10, () => ({ cpu_usage: 99 })),
      );
      return newestIncident('ship');
    };
    const held = await swept('the hold', busy, (one) => (one?.held_back_by ?? []).length > 0);
    expect(held.held_back_by).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          guard: 'deployment',
          outcome: 'refuse',
          why: expect.stringContaining('the deployment of v42'),
        }),
      ]),
    );
    const dry = await stack.call('POST', '/api/recover', {
      component: 'ship',
      action: 'restart',
      reason: 'to see who holds it',
      dry_run: true,
    });
    expect(dry.body).toMatchObject({ would_do: false });
    expect(render.effects).toEqual([]);

    expect((await report('finished')).body).toMatchObject({
      id: started.body.id,
      phase: 'finished',
    });
    const shown = await stack.call('GET', `/api/deployments/${started.body.id}`);
    expect(shown.body).toMatchObject({ component: 'ship', version: 'v42', phase: 'finished' });
    const acted = await swept('the restart', busy, (one) => (one?.recoveries ?? []).length > 0);
    expect(acted.recoveries[0]).toMatchObject({ action: 'restart' });
  });
});

describe('two instances of one component', () => {
  it('are folded into one: the worse counts, and the evidence names it', async () => {
    await stack.call('PUT', '/api/components/pair', {
      platform: { type: 'render', service_id: 'srv-pair' },
    });
    let memory = 40;
    const end = Date.now();
    await send(
      'pair',
      past(
        90,
        () => {
          memory += 0.5;
          return { memory_usage: memory, error_rate: 0.004 };
        },
        end,
      ),
      'bad',
    );
    await send(
      'pair',
      past(90, () => ({ memory_usage: 35, error_rate: 0.002 }), end),
      'good',
    );
    const { body } = await stack.call('GET', '/api/predict?component=pair');
    expect(body.samples).toBeLessThanOrEqual(91);
    const evidence = body.evidence.find((one: { metric: string }) => one.metric === 'memory_usage');
    expect(evidence).toMatchObject({ instance: 'bad' });
    expect(evidence.now).toBeGreaterThan(80);
    const shown = await swept(
      'an assessment',
      async () => (await stack.call('GET', '/api/components/pair')).body,
      (one) => one.assessment !== null,
    );
    expect(shown.assessment.metrics.memory_usage).toBeGreaterThan(80);
    expect(shown.assessment.metrics.error_rate).toBeCloseTo(0.003, 6);
  });
});
