import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { checkHealing } from '../../lib/flows/check-healing.js';
import { execute } from '../../lib/flows/execute.js';
import { sweep } from '../../lib/flows/sweep.js';
import { verify } from '../../lib/flows/verify.js';
import { addComponent, reread, withoutNudges } from '../support/flow-parts.js';
import { type HealthAddress, startHealthAddress } from '../support/health-address.js';
import { startTestStack, type TestStack, until } from '../support/stack.js';
import { startWebhookServer, type WebhookServer } from '../support/webhook-server.js';

const SECRET = `whsec_${Buffer.from('a secret of at least twenty-four bytes').toString('base64')}`;

let stack: TestStack;
let webhook: WebhookServer;
let app: App;
let front: HealthAddress;
let standby: HealthAddress;
let tick = 0;
let names = 0;

beforeAll(async () => {
  webhook = await startWebhookServer({ secret: SECRET });
  [front, standby] = await Promise.all([startHealthAddress(), startHealthAddress()]);
  stack = await startTestStack({
    settings: {
      intervalS: 3600,
      breachesToOpen: 2,
      goodToClose: 1,
      stormMin: 1000,
      recoveryShare: 1,
      failoverCooldownS: 0,
      settleFailoverS: 0,
      actionsPerHour: 1000,
      flapChanges: 1000,
    },
    env: {
      ACTION_WEBHOOK_URL: `${webhook.url}/actions`,
      ACTION_WEBHOOK_STATUS_URL: `${webhook.url}/actions/status`,
      ACTION_WEBHOOK_SECRET: SECRET,
    },
  });
  const queue = { ...stack.app.queue, publish: async () => undefined };
  app = { ...stack.app, log: () => undefined, queue };
  await withoutNudges(app);
});

afterAll(async () => {
  await stack.close();
  await webhook.close();
  for (const address of [front, standby]) address.close();
});

beforeEach(async () => {
  front.says = 'well';
  standby.says = 'well';
  webhook.effects.length = 0;
  // One test at a time: what another left behind must not take part.
  await app.sql`update components set removed_at = now()`;
});

/** A service that is looked after by the webhook, with one in another region that can take its place. */
async function pair(more: object = {}): Promise<{ id: number; name: string; to: string }> {
  names += 1;
  const name = `shop-${names}`;
  const to = `${name}-eu`;
  await addComponent(stack, to, { health_url: standby.url });
  const id = await addComponent(stack, name, {
    platform: { type: 'webhook', target: name, actions: ['fail_over'] },
    mode: 'auto',
    health_url: front.url,
    standby: to,
    ...more,
  });
  // It has fallen silent, so that it is probed.
  const at = new Date(Date.now() - 7_200_000).toISOString();
  await stack.call('POST', '/api/ingest', { component: name, samples: [{ at, cpu_usage: 20 }] });
  return { id, name, to };
}

async function look(times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    tick += 1;
    await app.sql`update sweep_shards set leased_until = now()`;
    await sweep(app, { tick });
  }
}

const recoveriesOf = (name: string) => app.sql`
  select recoveries.id::text, recoveries.state, action ->> 'to' as led_to
  from recoveries
  join components on components.id = recoveries.component_id
  where components.name = ${name}::text
  order by recoveries.created_at`;

const incidentOf = async (id: number) =>
  (
    await app.sql`select * from incidents where component_id = ${id}::int order by opened_at desc`
  )[0];

describe('a component that is down and has a standby', () => {
  it('has its traffic sent there, once, and is verified by its health URL', async () => {
    const { id, name, to } = await pair();
    await look();
    front.says = 'ill';
    await look(2);
    expect((await incidentOf(id))?.['situation']).toBe('down');
    const [planned] = await recoveriesOf(name);
    expect(planned).toMatchObject({ state: 'planned', led_to: to });
    const recovery = String(planned?.['id']);
    expect(await execute(app, recovery)).toEqual({ kind: 'acted' });
    expect(webhook.effects).toHaveLength(1);
    // Traffic goes to where it is served: the address that people use answers again.
    front.says = 'well';
    await new Promise((settled) => setTimeout(settled, 20));
    expect(await verify(app, recovery)).toEqual({ outcome: 'succeeded' });
    await look(3);
    expect(webhook.effects).toHaveLength(1);
    expect(await reread(app, recovery)).toMatchObject({
      before: { serves: name },
      after: { serves: to },
      inverse: { name: 'fail_over', to: name },
    });
  });

  it('is judged by where traffic is, whatever is still sent by what it has left', async () => {
    const { name, to } = await pair();
    await look();
    front.says = 'ill';
    await look(2);
    const [planned] = await recoveriesOf(name);
    const recovery = String(planned?.['id']);
    await app.sql`
      update recoveries
      set premise = premise || '{"score": 90, "level": "critical", "breaching": ["error_rate"]}'
      where id = ${recovery}::uuid`;
    await execute(app, recovery);
    front.says = 'well';
    await new Promise((settled) => setTimeout(settled, 1100));
    const samples = Array.from({ length: 8 }, (_, i) => ({
      at: new Date(Date.now() - 100 * i).toISOString(),
      error_rate: 1,
      latency_ms: 30_000,
    }));
    await stack.call('POST', '/api/ingest', { component: name, samples });
    expect(await verify(app, recovery)).toEqual({ outcome: 'succeeded' });
    expect((await reread(app, recovery)).proof).toMatchObject({ standby: to, probe: 'answers' });
    expect(webhook.effects).toHaveLength(1);
    expect(await recoveriesOf(name)).toHaveLength(1);
  });

  it('has failed where the standby fails, too, and is not sent back by itself', async () => {
    const { id, name, to } = await pair();
    await look();
    front.says = 'ill';
    await look(2);
    const [planned] = await recoveriesOf(name);
    const recovery = String(planned?.['id']);
    await execute(app, recovery);
    front.says = 'well';
    const samples = Array.from({ length: 30 }, (_, i) => ({
      at: new Date(Date.now() - 1000 * i).toISOString(),
      error_rate: 1,
    }));
    await stack.call('POST', '/api/ingest', { component: to, samples });
    expect(await verify(app, recovery)).toEqual({ outcome: 'failed' });
    expect((await reread(app, recovery)).error).toBe(`${to} fails now: error_rate`);
    expect(await recoveriesOf(name)).toHaveLength(1);
    expect(await incidentOf(id)).toMatchObject({ needs_person: true });
    expect(webhook.effects).toHaveLength(1);
  });

  it('can be sent there again where the executor said that it had failed', async () => {
    const { id, name } = await pair();
    await look();
    front.says = 'ill';
    await look(2);
    const [first] = await recoveriesOf(name);
    await execute(app, String(first?.['id']));
    const served = async () =>
      (await app.sql`select served_by from standbys where component_id = ${id}::int`)[0];
    expect(await served()).toEqual({ served_by: `${name}-eu` });
    await app.sql`
      update recoveries set state = 'failed', ended_at = now(), result = result || '{"success": false}'`;
    expect(await served()).toEqual({ served_by: null });
  });

  it('is not sent to where it is already', async () => {
    const { id, name, to } = await pair();
    await look();
    front.says = 'ill';
    await look(2);
    const [first] = await recoveriesOf(name);
    await execute(app, String(first?.['id']));
    await app.sql`update recoveries set state = 'succeeded', ended_at = now()`;
    await app.sql`update incidents set closed_at = now(), closed_why = 'a test'`;
    await look(2);
    expect(webhook.effects).toHaveLength(1);
    expect(await recoveriesOf(name)).toHaveLength(1);
    expect(await incidentOf(id)).toMatchObject({ needs_person: true, closed_at: null });
    const asked = await stack.call('POST', '/api/recover', {
      component: name,
      action: 'fail_over',
      params: { to },
      reason: 'a test',
    });
    expect(JSON.stringify(asked.body)).toContain('serves already');
    // A person leads it back, and then it can be sent there again.
    const undone = await stack.call('POST', `/api/recoveries/${first?.['id']}/undo`, {
      reason: 'the region is well again',
    });
    expect(undone.status).toBe(202);
    const [, back] = await recoveriesOf(name);
    expect(back).toMatchObject({ led_to: name });
    // What a person asks for goes through the queue, which is a real one here.
    await until(
      'the way back',
      async () => await app.sql`select served_by from standbys where component_id = ${id}::int`,
      ([known]) => known?.['served_by'] === name,
    );
    await stack.queue.idle(30_000);
    expect(webhook.effects).toHaveLength(2);
  });

  it('is left to a person where the standby does not answer when it comes to it', async () => {
    const { id, name } = await pair();
    await look();
    front.says = 'ill';
    await look(2);
    const [planned] = await recoveriesOf(name);
    standby.says = 'ill';
    expect(await execute(app, String(planned?.['id']))).toEqual({ kind: 'stopped' });
    expect(webhook.effects).toEqual([]);
    const why = 'does not answer at its health URL';
    expect((await reread(app, String(planned?.['id']))).error).toContain(why);
    await look();
    expect(await incidentOf(id)).toMatchObject({ needs_person: true });
  });

  it('is left to a person where the standby is known to be ailing', async () => {
    const { id, name } = await pair();
    await look();
    front.says = 'ill';
    standby.says = 'ill';
    await look(2);
    expect(await recoveriesOf(name)).toEqual([]);
    expect(await incidentOf(id)).toMatchObject({ needs_person: true });
  });

  it('asks a person first where its mode says so', async () => {
    const { name, to } = await pair({ mode: 'approve' });
    await look();
    front.says = 'ill';
    await look(2);
    const [waiting] = await recoveriesOf(name);
    expect(waiting).toMatchObject({ state: 'awaiting_approval', led_to: to });
    expect(webhook.effects).toEqual([]);
  });
});

describe('the configuration of a standby', () => {
  it('must name another component that is registered', async () => {
    const put = (body: object) => stack.call('PUT', '/api/components/alone', body);
    const itself = 'standby: it cannot stand in for itself';
    expect((await put({ standby: 'alone' })).body).toMatchObject({ status: 400, detail: itself });
    const unknown = 'standby: there is no component nowhere: register it first';
    expect((await put({ standby: 'nowhere' })).body).toMatchObject({ detail: unknown });
    expect((await stack.call('GET', '/api/components/alone')).status).toBe(404);
  });

  it('is looked at hourly: a standby that could not take over is told', async () => {
    const { name, to } = await pair();
    const checked = async () => {
      await app.sql`delete from heal_checks`;
      await checkHealing(app);
      const { body } = await stack.call('GET', `/api/components/${name}`);
      return body.can_be_healed.actions.find(
        ({ action }: { action: string }) => action === 'fail_over',
      );
    };
    expect(await checked()).toMatchObject({ can: 'no', why: `${to} was never looked at` });
    await look();
    expect(await checked()).toMatchObject({ by: 'webhook', can: 'yes', why: null });
    standby.says = 'ill';
    await look();
    expect(await checked()).toMatchObject({
      can: 'no',
      why: `${to} has not answered 1 probes in a row`,
    });
    await stack.call('PUT', `/api/components/${name}`, { standby: to });
    expect(await checked()).toMatchObject({ by: null, can: 'no', why: 'it has no platform' });
    expect(webhook.effects).toEqual([]);
  });
});
