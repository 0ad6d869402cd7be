import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import {
  claimExecution,
  claimRecoveries,
  type NewRecovery,
} from '../../lib/store/recovery-claims.js';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';

let stack: TestStack;
let render: RenderServer;

beforeAll(async () => {
  render = await startRenderServer({ token: 'rnd_test', services: [renderService('srv-1')] });
  stack = await startTestStack({
    settings: { recoveryShare: 1, settleRestartS: 600, restartCooldownS: 0, restartsPerHour: 1000 },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
  await stack.call('PUT', '/api/components/shop', {
    platform: { type: 'render', service_id: 'srv-1' },
  });
});

afterAll(async () => {
  await stack.close();
  await render.close();
});

async function componentId(name: string): Promise<number> {
  const [row] = await stack.app.sql`select id from components where name = ${name}::text`;
  return Number(row?.['id']);
}

function wanted(id: number, changes: Partial<NewRecovery> = {}): NewRecovery {
  return {
    id: randomUUID(),
    componentId: id,
    incidentId: null,
    step: 0,
    action: { name: 'restart' },
    executor: 'render',
    origin: 'person',
    state: 'planned',
    why: 'a race',
    requestedBy: 'test',
    verdicts: [],
    premise: { probability: 0, level: null, score: null, reasons: [], breaching: [], metrics: {} },
    approveBy: null,
    undoes: null,
    ...changes,
  };
}

const restarts = (): number =>
  render.calls.filter(({ operation }) => operation === 'restart-service').length;

async function endAll(): Promise<void> {
  await stack.app.sql`
    update recoveries
    set state = 'skipped', ended_at = now(), token = token + 1
    where state in ('planned', 'executing', 'verifying')`;
}

describe('claimRecoveries', () => {
  it('lets one of twenty that decided on the same facts win', async () => {
    const id = await componentId('shop');
    const facts = await readDecisionFacts(stack.app.sql, null);
    const claims = await Promise.all(
      Array.from({ length: 20 }, () =>
        claimRecoveries(stack.app.sql, facts?.version ?? '', [wanted(id)]),
      ),
    );
    expect(claims.filter((ids) => ids !== null)).toHaveLength(1);
    expect(claims.filter((ids) => ids === null)).toHaveLength(19);
    await endAll();
  });

  it('takes nothing once the kill switch was turned after the facts were read', async () => {
    const id = await componentId('shop');
    const facts = await readDecisionFacts(stack.app.sql, null);
    await stack.call('POST', '/api/admin/pause', { why: 'a test' });
    expect(await claimRecoveries(stack.app.sql, facts?.version ?? '', [wanted(id)])).toBeNull();
    await stack.call('POST', '/api/admin/resume', { why: 'a test' });
  });

  it('never has two in flight on one component, even with the right version', async () => {
    const id = await componentId('shop');
    const first = await readDecisionFacts(stack.app.sql, null);
    expect(
      await claimRecoveries(stack.app.sql, first?.version ?? '', [wanted(id), wanted(id)]),
    ).toHaveLength(1);
    const second = await readDecisionFacts(stack.app.sql, null);
    expect(await claimRecoveries(stack.app.sql, second?.version ?? '', [wanted(id)])).toEqual([]);
    await endAll();
  });
});

describe('claimExecution', () => {
  it('hands one token to twenty executors, and another only when the claim has expired', async () => {
    const id = await componentId('shop');
    const facts = await readDecisionFacts(stack.app.sql, null);
    const recovery = wanted(id);
    await claimRecoveries(stack.app.sql, facts?.version ?? '', [recovery]);
    const claims = await Promise.all(
      Array.from({ length: 20 }, () => claimExecution(stack.app.sql, recovery.id, 60)),
    );
    const got = claims.filter((claim) => claim !== null);
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ attempts: 1, first: true });
    await stack.app.sql`
      update recoveries set claimed_until = now() where id = ${recovery.id}::uuid`;
    const again = await claimExecution(stack.app.sql, recovery.id, 60);
    expect(again).toMatchObject({ attempts: 2, first: false });
    expect(again?.token).toBeGreaterThan(got[0]?.token ?? 0);
    await endAll();
  });
});

describe('a message about a recovery', () => {
  it('delivered twenty times in parallel restarts once', async () => {
    const before = restarts();
    const asked = await stack.call('POST', '/api/recover', {
      component: 'shop',
      action: 'restart',
      reason: 'twenty deliveries',
    });
    const id: string = asked.body.recovery.id;
    const { Client } = await import('@upstash/qstash');
    const client = new Client({ baseUrl: stack.queue.url, token: stack.queue.token, retry: false });
    await client.batchJSON(
      Array.from({ length: 20 }, () => ({
        url: `${stack.url}/api/recover`,
        body: { kind: 'recover', recovery_id: id, token: 1 },
        retries: 5,
      })),
    );
    await until(
      'the restart',
      async () => (await stack.call('GET', `/api/recoveries/${id}`)).body.state,
      (state) => state === 'verifying',
    );
    await until(
      'all deliveries',
      async () => stack.queue.attempts.length,
      (n) => n >= 21,
    );
    expect(restarts()).toBe(before + 1);
    await endAll();
  }, 60_000);
});

describe('two people', () => {
  it('who ask for the same restart at once get one recovery and one refusal', async () => {
    const ask = () =>
      stack.call('POST', '/api/recover', { component: 'shop', action: 'restart', reason: 'now' });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body).toMatchObject({ status: 409 });
    await endAll();
  }, 60_000);
});
