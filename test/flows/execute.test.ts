import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { execute } from '../../lib/flows/execute.js';
import { sendDue } from '../../lib/flows/send-due.js';
import { claimExecution } from '../../lib/store/recovery-claims.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  reread,
  timeline,
  told,
} from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack({ settleRestartS: 45 });
});

afterAll(() => flows.close());

beforeEach(() => {
  flows.sent.length = 0;
});

async function planned() {
  names += 1;
  const component = `executed-${names}`;
  const componentId = await addComponent(flows.stack, component);
  const incidentId = await addIncident(flows.app, componentId);
  const { id } = await addRecovery(flows.app, componentId, { incidentId });
  return { component, incidentId, id };
}

const effects = () => flows.render.effects.length;

const expireClaim = (id: string) => flows.app.sql`
  update recoveries set claimed_until = now() where id = ${id}::uuid`;

describe('execute', () => {
  it('acts, records it with the state before, and sends the verification', async () => {
    const { id, incidentId } = await planned();
    const before = effects();
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(effects()).toBe(before + 1);
    const recovery = await reread(flows.app, id);
    expect(recovery).toMatchObject({
      state: 'verifying',
      attempts: 1,
      error: null,
      claimedUntil: null,
      result: { success: true, service_id: 'srv-1', status_code: 200 },
      before: { instances: [{}, {}] },
    });
    const settledS = (Number(recovery.verifyAt) - Number(recovery.actedAt)) / 1000;
    expect(settledS).toBeCloseTo(45, 3);
    expect(flows.sent).toMatchObject([
      { body: { kind: 'verify', recovery_id: id, token: recovery.token }, delayS: 45 },
    ]);
    expect(await timeline(flows.app, incidentId)).toEqual(['acted']);
  });

  it('does nothing when its message comes again', async () => {
    const { id } = await planned();
    await execute(flows.app, id);
    const before = effects();
    expect(await execute(flows.app, id)).toEqual({ kind: 'not_due', state: 'verifying' });
    expect(effects()).toBe(before);
  });

  it('acts once for twenty at once, of which the others are told to come back, or that it is done', async () => {
    const { id } = await planned();
    const before = effects();
    const all = await Promise.all(Array.from({ length: 20 }, () => execute(flows.app, id)));
    expect(all.filter(({ kind }) => kind === 'acted')).toHaveLength(1);
    for (const one of all) {
      if (one.kind === 'held') expect(one.retryAfterS).toBeGreaterThanOrEqual(1);
      else expect(['acted', 'not_due']).toContain(one.kind);
    }
    expect(effects()).toBe(before + 1);
  });

  it('lets another attempt take over at once when the platform is away before the call', async () => {
    const { id } = await planned();
    flows.render.answerNext('retrieve-service', { status: 503 });
    await expect(execute(flows.app, id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(await reread(flows.app, id)).toMatchObject({ state: 'executing', before: null });
    const before = effects();
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(effects()).toBe(before + 1);
    expect((await reread(flows.app, id)).attempts).toBe(2);
  });

  it('leaves the next attempt to the queue, which comes back in its own time', async () => {
    const { id } = await planned();
    flows.render.answerNext('retrieve-service', { status: 503 });
    await expect(execute(flows.app, id)).rejects.toThrow();
    await sendDue(flows.app, flows.app.baseSettings);
    expect(flows.sent.filter(({ body }) => JSON.stringify(body).includes(id))).toEqual([]);
    await flows.app.sql`
      update recoveries set published_at = now() - interval '1 hour' where id = ${id}::uuid`;
    await sendDue(flows.app, flows.app.baseSettings);
    expect(flows.sent.filter(({ body }) => JSON.stringify(body).includes(id))).toHaveLength(1);
  });

  it('looks before it repeats a call whose answer was lost, and records what it finds', async () => {
    const { id } = await planned();
    const before = effects();
    flows.render.answerNext('restart-service', { ending: 'drop', effect: true });
    await expect(execute(flows.app, id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(effects()).toBe(before + 1);
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(effects()).toBe(before + 1);
    expect((await reread(flows.app, id)).result).toMatchObject({
      success: true,
      message: expect.stringContaining('the answer was lost'),
    });
  });

  it('does not repeat a call while it cannot tell, and says when to come back', async () => {
    const { id } = await planned();
    const before = effects();
    flows.render.answerNext('restart-service', { ending: 'drop' });
    await expect(execute(flows.app, id)).rejects.toThrow();
    await expect(execute(flows.app, id)).rejects.toMatchObject({
      code: 'upstream_unavailable',
      retryAfterS: 20,
    });
    expect(effects()).toBe(before);
  });

  it('repeats a call that was certainly not made', async () => {
    const { id } = await planned();
    const before = effects();
    flows.render.answerNext('restart-service', { ending: 'drop' });
    await expect(execute(flows.app, id)).rejects.toThrow();
    await flows.app.sql`
      update recoveries
      set started_at = now() - interval '1 minute', called_at = now() - interval '1 minute'
      where id = ${id}::uuid`;
    expect(await execute(flows.app, id)).toEqual({ kind: 'acted' });
    expect(effects()).toBe(before + 1);
  });

  it('goes on with the rest of what is half done, though a freeze has begun', async () => {
    const { id, component } = await planned();
    flows.render.answerNext('restart-service', { ending: 'drop' });
    await expect(execute(flows.app, id)).rejects.toThrow();
    const freeze = await flows.stack.call('POST', '/api/admin/freezes', {
      component,
      why: 'a release',
      ends_at: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect(freeze.status).toBeLessThan(300);
    const { render } = flows.app.platforms;
    const half = async () => ({ kind: 'partly', why: '1 of 2' }) as const;
    const platforms = { ...flows.app.platforms, render: { ...render, look: half } };
    const before = effects();
    expect(await execute({ ...flows.app, platforms }, id)).toEqual({ kind: 'acted' });
    expect(effects()).toBe(before + 1);
  });

  it('ends what the platform refuses, with its reason, told once', async () => {
    const { id, component, incidentId } = await planned();
    flows.render.answerNext('restart-service', { status: 404 });
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(await execute(flows.app, id)).toEqual({ kind: 'not_due', state: 'failed' });
    expect((await reread(flows.app, id)).error).not.toBeNull();
    expect(await told(flows.app, component)).toEqual(['service_restart_failed']);
    expect(await timeline(flows.app, incidentId)).toEqual(['failed']);
    expect(flows.sent).toEqual([]);
  });

  it('gives up after six attempts, as failed', async () => {
    const { id, component } = await planned();
    for (let attempt = 1; attempt < 6; attempt += 1) {
      flows.render.answerNext('retrieve-service', { status: 503 });
      await expect(execute(flows.app, id)).rejects.toThrow();
    }
    flows.render.answerNext('retrieve-service', { status: 503 });
    const before = effects();
    expect(await execute(flows.app, id)).toEqual({ kind: 'failed' });
    expect(effects()).toBe(before);
    expect(await reread(flows.app, id)).toMatchObject({ state: 'failed', attempts: 6 });
    expect(await told(flows.app, component)).toEqual(['service_restart_failed']);
  });

  it('records nothing once another has taken its claim over, which finds the call made', async () => {
    const { id, incidentId } = await planned();
    const before = effects();
    const hold = flows.render.hold('restart-service', 'after');
    const slow = execute(flows.app, id);
    await hold.reached;
    await expireClaim(id);
    const fast = await execute(flows.app, id);
    hold.release();
    expect(fast).toEqual({ kind: 'acted' });
    expect(await slow).toEqual({ kind: 'superseded' });
    expect(effects()).toBe(before + 1);
    expect(await timeline(flows.app, incidentId)).toEqual(['acted']);
    expect(flows.sent).toHaveLength(1);
  });

  it('makes no call once another has taken its claim over before it', async () => {
    const { id } = await planned();
    const before = effects();
    const hold = flows.render.hold('list-instances', 'before');
    const slow = execute(flows.app, id);
    await hold.reached;
    await expireClaim(id);
    await claimExecution(flows.app.sql, id, 60);
    hold.release();
    expect(await slow).toEqual({ kind: 'superseded' });
    expect(effects()).toBe(before);
    expect((await reread(flows.app, id)).state).toBe('executing');
  });

  it('leaves the verification to the outbox when the queue takes nothing', async () => {
    const { id } = await planned();
    const publish = async () => {
      throw new Error('the queue is away');
    };
    const app = { ...flows.app, queue: { ...flows.app.queue, publish } };
    expect(await execute(app, id)).toEqual({ kind: 'acted' });
    const [row] = await app.sql`
      select state, published_at from recoveries where id = ${id}::uuid`;
    expect(row).toEqual({ state: 'verifying', published_at: null });
  });
});
