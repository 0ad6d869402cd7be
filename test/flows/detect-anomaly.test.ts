import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderDeploy, renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;
let render: RenderServer;
let names = 0;

beforeAll(async () => {
  const services = [
    renderService('srv-1', { deploys: [renderDeploy(2, 'live'), renderDeploy(1)] }),
  ];
  render = await startRenderServer({ token: 'rnd_test', services });
  stack = await startTestStack({
    settings: { stormMin: 1000, providerTogetherMin: 1000, intervalS: 3600 },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
});

afterAll(async () => {
  await stack.close();
  await render.close();
});

async function component(more: object = {}): Promise<string> {
  names += 1;
  const name = `moment-${names}`;
  await stack.call('PUT', `/api/components/${name}`, {
    platform: { type: 'render', service_id: 'srv-1' },
    ...more,
  });
  return name;
}

const tell = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  stack.call('POST', '/api/incidents', body, headers);

const count = async (name: string): Promise<number> => {
  const rows = await stack.app.sql`
    select 1
    from incidents
    join components on components.id = incidents.component_id
    where components.name = ${name}::text`;
  return rows.length;
};

describe('POST /api/incidents with the metrics of a moment', () => {
  it('keeps a moment of days ago, and opens nothing for it', async () => {
    const name = await component();
    const at = new Date(Date.now() - 6 * 86_400_000).toISOString();
    const { status, body } = await tell({ component: name, at, metrics: { cpu_usage: 99 } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      incident: null,
      why: expect.stringContaining('6 d ago: it is kept, and says nothing of now'),
    });
    expect(await count(name)).toBe(0);
    const [kept] = await stack.app.sql`
      select cpu_usage from metric_samples
      where component_id = (select id from components where name = ${name}::text)`;
    expect(kept).toEqual({ cpu_usage: 99 });
  });

  it('opens the incident, names cause and plan, and says what it would do and why it does not', async () => {
    const name = await component();
    const { status, body } = await tell({ component: name, metrics: { cpu_usage: 99 } });
    expect(status).toBe(201);
    expect(body.incident).toMatchObject({
      component: name,
      state: 'open',
      kind: 'failing',
      severity: 'critical',
      opened_by: 'person',
      situation: 'cpu_saturation',
      cause: expect.stringContaining('cpu_usage is at 99'),
      plan: [{ action: 'restart' }, { action: 'page' }],
    });
    const [opened, ...others] = body.incident.timeline;
    expect(opened).toMatchObject({
      kind: 'opened',
      text: expect.stringContaining('cpu_usage is at 99'),
    });
    expect(JSON.stringify(others)).toContain('observe');
    const stored = await stack.app.sql`
      select cpu_usage from metric_samples
      join components on components.id = metric_samples.component_id
      where components.name = ${name}::text`;
    expect(stored).toEqual([{ cpu_usage: 99 }]);
  });

  it('tells what only warns from what is failure', async () => {
    const name = await component();
    const { body } = await tell({ component: name, metrics: { memory_usage: 91 } });
    expect(body.incident).toMatchObject({ severity: 'high', kind: 'failing' });
  });

  it('answers with the incident that is open already, however often and from however many', async () => {
    const name = await component();
    const moment = { component: name, metrics: { error_rate: 0.5 } };
    const all = await Promise.all(Array.from({ length: 8 }, () => tell(moment)));
    expect(all.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 201]);
    expect(new Set(all.map(({ body }) => body.incident.id)).size).toBe(1);
    expect(await count(name)).toBe(1);
  });

  it('opens nothing where nothing is wrong, and says which metrics have no limits', async () => {
    const name = await component();
    const { status, body } = await tell({
      component: name,
      metrics: { cpu_usage: 20, cpu_usge: 99 },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ incident: null, without_limits: ['cpu_usge'] });
    expect(await count(name)).toBe(0);
  });

  it('takes a repeat under one key for the same', async () => {
    const name = await component();
    const moment = { component: name, metrics: { cpu_usage: 99 } };
    const key = { 'idempotency-key': `moment-${name}` };
    const first = await tell(moment, key);
    const again = await tell(moment, key);
    expect(again.body).toEqual(first.body);
    expect(await count(name)).toBe(1);
  });

  it.each([
    [{ component: 'moment-nowhere', metrics: { cpu_usage: 99 } }, 404],
    [{ component: 'moment-1', metrics: {} }, 400],
    [{ component: 'moment-1', metrics: { cpu_usage: 'much' } }, 400],
    [{ component: 'moment-1', metrics: { cpu_usage: 400 } }, 400],
    [{ component: 'no name', metrics: { cpu_usage: 99 } }, 400],
    [{ metrics: { cpu_usage: 99 } }, 400],
    [{ component: 'moment-1' }, 400],
    [{ component: 'moment-1', at: '2001-01-01T00:00:00Z', metrics: { cpu_usage: 99 } }, 400],
  ])('refuses %j', async (body, status) => {
    const before = await stack.app.sql`select count(*)::int as n from metric_samples`;
    const answer = await tell(body);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toEqual(expect.any(String));
    expect(await stack.app.sql`select count(*)::int as n from metric_samples`).toEqual(before);
  });

  it('wants the scope, and the component that the key is bound to', async () => {
    const name = await component();
    const other = await component();
    const moment = { component: name, metrics: { cpu_usage: 99 } };
    const by = (token: string) => tell(moment, { authorization: `Bearer ${token}` });
    expect((await by(stack.key(['read']))).status).toBe(403);
    expect((await by(stack.key(['operate'], other))).status).toBe(403);
    expect(await count(name)).toBe(0);
    expect((await by(stack.key(['operate'], name))).status).toBe(201);
  });
});
