import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recover } from '../../lib/flows/recover.js';
import { addComponent, addIncident, addRecovery, reread, timeline } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack();
});

afterAll(() => flows.close());

beforeEach(() => {
  flows.sent.length = 0;
});

const effects = () => flows.render.effects.length;

async function component(body: object = {}) {
  names += 1;
  const name = `recovered-${names}`;
  const platform = { type: 'render', service_id: 'srv-1' };
  return { name, id: await addComponent(flows.stack, name, { platform, mode: 'auto', ...body }) };
}

/** Samples of the last seconds, and a sweep that looks at them. */
async function live(name: string, values: object): Promise<void> {
  const samples = Array.from({ length: 20 }, (_, i) => ({
    at: new Date(Date.now() - (19 - i) * 1000).toISOString(),
    memory_usage: 30,
    latency_ms: 100,
    ...values,
  }));
  await flows.stack.call('POST', '/api/ingest', { component: name, samples });
}

async function automatic(values: object) {
  const { name, id: componentId } = await component();
  await live(name, values);
  const incidentId = await addIncident(flows.app, componentId);
  const { id } = await addRecovery(flows.app, componentId, { incidentId, origin: 'automatic' });
  return { name, id, incidentId };
}

describe('recover', () => {
  it('knows nothing of an id that there is not', async () => {
    expect(await recover(flows.app, randomUUID())).toEqual({ outcome: 'unknown recovery' });
  });

  it('carries out what a person asked for', async () => {
    const { id: componentId } = await component({ mode: 'observe' });
    const { id } = await addRecovery(flows.app, componentId);
    const before = effects();
    expect(await recover(flows.app, id)).toEqual({ outcome: 'acted' });
    expect(await recover(flows.app, id)).toEqual({ outcome: 'already verifying' });
    expect(effects()).toBe(before + 1);
  });

  it.each(['paused', 'frozen'])('skips it while the installation is %s', async (how) => {
    const { id: componentId, name } = await component();
    const { id } = await addRecovery(flows.app, componentId);
    const before = effects();
    if (how === 'paused') await flows.stack.call('POST', '/api/admin/pause', { why: 'a test' });
    else {
      const ends_at = new Date(Date.now() + 3_600_000).toISOString();
      await flows.stack.call('POST', '/api/admin/freezes', { component: name, ends_at, why: 'x' });
    }
    expect(await recover(flows.app, id)).toEqual({ outcome: 'skipped' });
    await flows.stack.call('POST', '/api/admin/resume', { why: 'a test' });
    const { state, error } = await reread(flows.app, id);
    expect(state).toBe('skipped');
    expect(error).toContain(how === 'paused' ? 'kill_switch' : 'freeze');
    expect(effects()).toBe(before);
  });

  it('skips it when the trouble that was decided on is gone', async () => {
    const { id, incidentId } = await automatic({ cpu_usage: 20, error_rate: 0.001 });
    const before = effects();
    expect(await recover(flows.app, id)).toEqual({ outcome: 'skipped' });
    expect((await reread(flows.app, id)).error).toContain('premise');
    expect(effects()).toBe(before);
    expect((await timeline(flows.app, incidentId))[0]).toBe('refused');
  });

  it('skips it when its incident has closed', async () => {
    const { id, incidentId } = await automatic({ cpu_usage: 99, error_rate: 0.5 });
    await flows.app.sql`
      update incidents set closed_at = now(), closed_why = 'a test' where id = ${incidentId}::uuid`;
    const before = effects();
    expect(await recover(flows.app, id)).toEqual({ outcome: 'skipped' });
    expect(effects()).toBe(before);
  });

  it('skips it when its component was removed', async () => {
    const { id: componentId, name } = await component();
    const { id } = await addRecovery(flows.app, componentId);
    await flows.app.sql`update components set removed_at = now() where name = ${name}::text`;
    const before = effects();
    expect(await recover(flows.app, id)).toEqual({ outcome: 'skipped' });
    expect((await reread(flows.app, id)).error).toContain('removed');
    expect(effects()).toBe(before);
  });

  it('tells the queue to come back while another executes it', async () => {
    const { id: componentId } = await component();
    const { id } = await addRecovery(flows.app, componentId, {
      state: 'executing',
      claimedForS: 60,
    });
    await expect(recover(flows.app, id)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('goes on with the plan when the platform refuses: a person is asked', async () => {
    const { id: componentId } = await component();
    const incidentId = await addIncident(flows.app, componentId);
    const { id } = await addRecovery(flows.app, componentId, {
      incidentId,
      origin: 'automatic',
      state: 'executing',
      claimedForS: -1,
    });
    flows.render.answerNext('restart-service', { status: 404 });
    expect(await recover(flows.app, id)).toEqual({ outcome: 'failed' });
    expect(await timeline(flows.app, incidentId)).toEqual(['failed', 'paged']);
  });
});
