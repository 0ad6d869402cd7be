import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let render: RenderServer | undefined;
let set: string[] = [];

/** What is still delivered would be answered by modules that are read anew, with the old environment. */
async function leave(): Promise<void> {
  await stack.queue.idle(30_000);
  await stack.close();
}

afterEach(async () => {
  await leave();
  await render?.close();
  render = undefined;
  for (const name of set) delete process.env[name];
});

/** An installation with one value of its environment, read anew. */
async function installation(
  env: Record<string, string>,
  settings: object = {},
): Promise<TestStack> {
  vi.resetModules();
  set = Object.keys(env);
  stack = await startTestStack({
    env,
    settings: { freshIntervals: 100, freshShare: 0, ...settings },
  });
  return stack;
}

const CALM = { cpu_usage: 20, memory_usage: 30, error_rate: 0.001, latency_ms: 100 };

const past = (seconds: number, values: (i: number) => object): object[] =>
  Array.from({ length: seconds }, (_, i) => ({
    at: new Date(Date.now() - (seconds - 1 - i) * 1000).toISOString(),
    ...CALM,
    ...values(i),
  }));

const send = (component: string, samples: object[]) =>
  stack.call('POST', '/api/ingest', { component, samples });

const assess = async (values: object) =>
  (await stack.call('POST', '/api/ingest?assess=1', { component: 'shop', ...CALM, ...values }))
    .body;

/** What the last sweep said of the component, or null. */
const assessed = async () => (await stack.call('GET', '/api/components/shop')).body.assessment;

describe('a limit of the environment', () => {
  it.each([
    ['HEAL_CPU_THRESH', '60', { cpu_usage: 60 }],
    ['HEAL_MEMORY_THRESH', '60', { memory_usage: 60 }],
    ['HEAL_ERROR_THRESH', '0.03', { error_rate: 0.03 }],
    ['HEAL_LATENCY_THRESH', '3000', { latency_ms: 3000 }],
  ])('%s=%s lowers the score of what reaches it', async (name, value, values) => {
    await installation({});
    expect((await assess(values)).health_score).toBe(100);
    await leave();
    await installation({ [name]: value });
    expect((await assess(values)).health_score).toBe(85);
  });

  it.each([
    ['HEAL_ERROR_THRESH', '0.03', { error_rate: 0.04 }],
    ['HEAL_LATENCY_THRESH', '3000', { latency_ms: 4000 }],
  ])('%s=%s opens an incident of what goes beyond it', async (name, value, values) => {
    const breach = () =>
      send(
        'shop',
        past(20, () => values),
      );
    const incidents = async () => {
      await stack.call('POST', '/api/sweep', {});
      return (await stack.call('GET', '/api/incidents?component=shop')).body.incidents;
    };
    await installation({});
    await breach();
    await until('a sweep', assessed, (one) => one !== null);
    expect(await incidents()).toEqual([]);
    await leave();
    await installation({ [name]: value });
    await breach();
    const [opened] = await until('the incident', incidents, ({ length }) => length > 0);
    expect(opened).toMatchObject({ kind: 'failing', opened_by: 'samples' });
  });

  it('gives way to a component’s own', async () => {
    await installation({ HEAL_CPU_THRESH: '60' });
    await stack.call('PUT', '/api/components/shop', { limits: { cpu_usage: { warn: 90 } } });
    expect((await assess({ cpu_usage: 60 })).health_score).toBe(100);
  });
});

describe('HEAL_DRIFT_THRESH', () => {
  it.each([
    ['0.2', 'declining', ['Metrics trending downward']],
    ['0.6', 'stable', []],
  ])('=%s calls a rise by two fifths %s', async (value, trend, warnings) => {
    await installation({ HEAL_DRIFT_THRESH: value });
    const rise = (i: number) => ({ latency_ms: (i < 40 ? 500 : 700) + (i % 3) });
    await send('shop', past(60, rise));
    const { body } = await stack.call('GET', '/api/predict?component=shop');
    expect(body).toMatchObject({ trend, warnings });
  });
});

describe('HEAL_SUCCESS_THRESH', () => {
  it.each([
    ['0.95', 'succeeded'],
    ['0.99', 'failed'],
  ])(
    '=%s: a restart after which 3 % of requests fail has %s',
    async (value, state) => {
      render = await startRenderServer({ token: 'rnd_test', services: [renderService('srv-1')] });
      await installation({
        HEAL_SUCCESS_THRESH: value,
        RENDER_API_URL: render.url,
        RENDER_API_KEY: 'rnd_test',
      });
      await stack.call('PUT', '/api/components/shop', {
        platform: { type: 'render', service_id: 'srv-1' },
      });
      await send(
        'shop',
        past(10, () => ({ error_rate: 0.03 })),
      );
      const asked = await stack.call('POST', '/api/recover', {
        component: 'shop',
        action: 'restart',
        reason: 'a test',
      });
      const ended = await until(
        'the end',
        async () => {
          await send('shop', [{ at: new Date().toISOString(), ...CALM, error_rate: 0.03 }]);
          return (await stack.call('GET', `/api/recoveries/${asked.body.recovery.id}`)).body;
        },
        (one) => one.state === 'succeeded' || one.state === 'failed',
        60_000,
      );
      expect(ended).toMatchObject({ state, proof: { success_ratio_needed: Number(value) } });
      expect(ended.proof.success_ratio).toBeCloseTo(0.97, 5);
    },
    120_000,
  );
});

describe('HEAL_INTERVAL_SECONDS', () => {
  it.each([
    ['86400', 0],
    ['1', 1],
  ])(
    '=%s: of two sweeps that far from each other, the second assesses %d',
    async (value, again) => {
      // The settings of tests have an interval of their own, which would go over that of the environment.
      await installation({ HEAL_INTERVAL_SECONDS: value, FORESTALL_SETTINGS: '{}' });
      await send(
        'shop',
        past(5, () => ({})),
      );
      // Ingest asks for a sweep by itself, as there has been none.
      await until('a sweep', assessed, (one) => one !== null);
      await stack.queue.idle(30_000);
      const [told] = await stack.app.sql`
      select (input_data ->> 'tick')::float8 as tick
      from unified_brain
      where action_type = 'reconciliation_cycle'`;
      const next = (Number(told?.['tick']) + 1) * 1000;
      if (again === 1) {
        await until(
          'the next interval',
          async () => Date.now(),
          (now) => now >= next,
        );
      }
      const second = await stack.call('POST', '/api/sweep', {});
      expect(second.body.assessed).toBe(again);
    },
  );
});

describe('a value of the environment that is none', () => {
  it.each([
    ['HEAL_CPU_THRESH', 'ninety', 'HEAL_CPU_THRESH must be a number'],
    ['HEAL_MEMORY_THRESH', '101', 'HEAL_MEMORY_THRESH: '],
    ['HEAL_ERROR_THRESH', '5', 'HEAL_ERROR_THRESH: '],
    ['HEAL_LATENCY_THRESH', '-1', 'HEAL_LATENCY_THRESH: '],
    ['HEAL_DRIFT_THRESH', '0', 'HEAL_DRIFT_THRESH: '],
    ['HEAL_SUCCESS_THRESH', '95', 'HEAL_SUCCESS_THRESH: '],
    ['HEAL_INTERVAL_SECONDS', '0', 'HEAL_INTERVAL_SECONDS: '],
  ])('%s=%s is named, and nothing runs on it', async (name, value, message) => {
    const { env } = await installation({});
    const { readConfig } = await import('../../lib/config.js');
    const read = () => readConfig({ ...env, FORESTALL_SETTINGS: '{}', [name]: value });
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: 'misconfigured' }));
  });

  it('HEAL_INTERVAL_SECONDS must be whole minutes where the queue’s cron is the clock', async () => {
    const { env } = await installation({});
    const { readConfig } = await import('../../lib/config.js');
    const deployed = { ...env, FORESTALL_SETTINGS: '{}', FORESTALL_URL: 'https://heal.example' };
    expect(() => readConfig({ ...deployed, HEAL_INTERVAL_SECONDS: '90' })).toThrow(
      'multiple of 60',
    );
    expect(readConfig({ ...deployed, HEAL_INTERVAL_SECONDS: '120' }).settings.intervalS).toBe(120);
  });
});
