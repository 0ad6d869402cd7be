import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../../lib/flows/sweep.js';
import { renderDatabase } from '../support/render/database.js';
import { renderDeploy, renderService } from '../support/render/service.js';
import { startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack } from '../support/stack.js';
import {
  ALL_WELL,
  MAJOR_OUTAGE,
  type StatusPage,
  startStatusPage,
} from '../support/status-page.js';

const CASES = 20;

let stack: TestStack;
let page: StatusPage;
let closeRender: () => Promise<void>;
let tick = Math.floor(Date.now() / 1000) - 100_000;

beforeAll(async () => {
  page = await startStatusPage();
  const services = Array.from({ length: CASES + 5 }, (_, i) =>
    renderService(`srv-${i}`, { deploys: [renderDeploy(2, 'live'), renderDeploy(1)] }),
  );
  const render = await startRenderServer({
    token: 'rnd_test',
    services,
    databases: [renderDatabase('dpg-1')],
  });
  closeRender = render.close;
  stack = await startTestStack({
    settings: {
      // What is sent in must not call for a sweep, which would act beside the test.
      intervalS: 3600,
      providerFeedS: 0,
      // One after another and not all at once is what this is about.
      stormMin: 100_000,
      providerTogetherMin: 100_000,
      recoveryShare: 1,
      actionsPerHour: 100_000,
      freshShare: 0,
      freshIntervals: 1000,
      agreeing: 1,
      breachesToOpen: 1,
      goodToClose: 1,
    },
    env: {
      RENDER_API_URL: render.url,
      RENDER_API_KEY: 'rnd_test',
      STATUS_FEED_RENDER: page.url,
      STATUS_FEED_STRIPE: page.url,
    },
  });
  // Of a fleet of one nothing more may be healed while the last recovery is verified.
  await stack.app.sql`
    insert into components (name) select 'idle-' || n from generate_series(1, 50) as n`;
});

afterAll(async () => {
  await stack.close();
  await closeRender();
  await page.close();
});

async function pass(): Promise<void> {
  tick += 1;
  await stack.app.sql`update sweep_shards set leased_until = now()`;
  await sweep({ ...stack.app, log: () => undefined }, { tick });
}

async function register(name: string, service: number, more: object = {}): Promise<void> {
  const answer = await stack.call('PUT', `/api/components/${name}`, {
    platform: { type: 'render', service_id: `srv-${service}` },
    mode: 'auto',
    ...more,
  });
  expect(answer.status).toBeLessThan(300);
}

/** The same symptom, whoever is to blame. */
async function suffer(component: string): Promise<void> {
  const samples = Array.from({ length: 30 }, (_, i) => ({
    at: new Date(Date.now() - i * 1000).toISOString(),
    cpu_usage: 100,
    request_rate: 50,
    error_rate: 0.01,
  }));
  await stack.call('POST', '/api/ingest', { component, samples });
}

const actionsOn = async (component: string): Promise<string[]> => {
  const rows = await stack.app.sql`
    select recoveries.action_name as action
    from recoveries
    join components on components.id = recoveries.component_id
    where components.name = ${component}::text
    and recoveries.state <> 'skipped'`;
  return rows.map((row) => String(row['action']));
};

const incidentOf = async (component: string) => {
  const listed = await stack.call('GET', `/api/incidents?component=${component}&limit=1`);
  const { body } = await stack.call('GET', `/api/incidents/${listed.body.incidents[0].id}`);
  return body;
};

describe('watchProviders', () => {
  it('reads no page while nothing is wrong', async () => {
    const before = page.reads;
    await pass();
    expect(page.reads).toBe(before);
  });

  it(`does nothing to ${CASES} components whose provider is out, and says why`, async () => {
    page.say(MAJOR_OUTAGE);
    for (let i = 0; i < CASES; i += 1) {
      await register(`outage-${i}`, i);
      await suffer(`outage-${i}`);
      await pass();
      await pass();
      expect(await actionsOn(`outage-${i}`)).toEqual([]);
    }
    const first = await incidentOf('outage-0');
    expect(first.timeline.map(({ text }: { text: string }) => text)).toContain(
      'the cause is likely outside: render says: Partial System Outage',
    );
    const later = await incidentOf(`outage-${CASES - 1}`);
    expect(later).toMatchObject({ situation: 'provider', plan: [{ action: 'hold' }, {}] });
  }, 60_000);

  it('acts once the provider is well again and the trouble has stayed', async () => {
    page.say(ALL_WELL);
    for (let i = 0; i < CASES; i += 1) await stack.call('DELETE', `/api/components/outage-${i}`);
    await register('stayed', 0);
    page.say(MAJOR_OUTAGE);
    await suffer('stayed');
    await stack.app.sql`delete from provider_status`;
    await pass();
    expect((await incidentOf('stayed')).situation).toBe('cpu_saturation');
    expect(await actionsOn('stayed')).toEqual([]);
    page.say(ALL_WELL);
    await pass();
    expect(await actionsOn('stayed')).toEqual(['restart']);
    await stack.call('DELETE', '/api/components/stayed');
  });

  it(`acts on ${CASES} of ${CASES} components with the same symptom and a provider that is well`, async () => {
    page.say(ALL_WELL);
    let acted = 0;
    for (let i = 0; i < CASES; i += 1) {
      await register(`own-${i}`, i);
      await suffer(`own-${i}`);
      await pass();
      const actions = await actionsOn(`own-${i}`);
      if (actions.length > 0) acted += 1;
      expect(actions).toEqual(['restart']);
      await stack.call('DELETE', `/api/components/own-${i}`);
    }
    expect(acted).toBe(CASES);
  }, 60_000);

  it('leaves a database at Render alone, too, while Render is out', async () => {
    await register('db', 0, { platform: { type: 'render_postgres', postgres_id: 'dpg-1' } });
    page.say(MAJOR_OUTAGE);
    await suffer('db');
    await pass();
    await pass();
    expect(await actionsOn('db')).toEqual([]);
    expect((await incidentOf('db')).timeline.map(({ text }: { text: string }) => text)).toContain(
      'the cause is likely outside: render says: Partial System Outage',
    );
    await stack.call('DELETE', '/api/components/db');
    page.say(ALL_WELL);
  });

  it('asks a person while the page cannot be read', async () => {
    await stack.app.sql`delete from provider_status`;
    page.say(503);
    await register('dark', 1);
    await suffer('dark');
    await pass();
    const rows = await stack.app.sql`
      select recoveries.state from recoveries
      join components on components.id = recoveries.component_id
      where components.name = 'dark'`;
    expect(rows).toEqual([{ state: 'awaiting_approval' }]);
    await stack.call('DELETE', '/api/components/dark');
  });

  it('looks only at the part that a component names', async () => {
    page.say(MAJOR_OUTAGE);
    await register('frankfurt', 2, { providers: ['render/Frankfurt'] });
    await register('oregon', 3, { providers: ['render/Oregon'] });
    await suffer('frankfurt');
    await suffer('oregon');
    await pass();
    expect(await actionsOn('frankfurt')).toEqual(['restart']);
    expect(await actionsOn('oregon')).toEqual([]);
    await stack.call('DELETE', '/api/components/frankfurt');
    await stack.call('DELETE', '/api/components/oregon');
  });

  it('refuses a provider that no page is followed of, and changes nothing', async () => {
    const answer = await stack.call('PUT', '/api/components/leaning', { providers: ['nowhere'] });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('set STATUS_FEED_NOWHERE');
    expect((await stack.call('GET', '/api/components/leaning')).status).toBe(404);
    await register('leaning', 4, { providers: ['stripe'] });
    const { body } = await stack.call('GET', '/api/components/leaning');
    expect(body.providers).toEqual(['stripe']);
  });

  it('tells a person why a request is refused, and lets an administrator override it', async () => {
    page.say(MAJOR_OUTAGE);
    await suffer('leaning');
    await pass();
    const asked = { component: 'leaning', action: 'restart', reason: 'a test' };
    const refused = await stack.call('POST', '/api/recover', asked);
    expect(refused.status).toBe(409);
    expect(JSON.stringify(refused.body)).toContain('provider');
    const forced = await stack.call('POST', '/api/recover', { ...asked, override: ['provider'] });
    expect(forced.status).toBe(202);
  });
});
