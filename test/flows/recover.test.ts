import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recover } from '../../lib/flows/recover.js';
import { seenFailing } from '../support/failing-component.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  CALM,
  reread,
  timeline,
  told,
} from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let names = 0;

beforeAll(async () => {
  flows = await startFlowStack();
  // What is sent in must not call for a sweep, which would act beside the test.
  await flows.app.sql`update control set last_sweep_at = now() + interval '1 day'`;
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

/** Samples of the last seconds. */
async function live(name: string, values: object): Promise<void> {
  const samples = Array.from({ length: 20 }, (_, i) => ({
    at: new Date(Date.now() - (19 - i) * 1000).toISOString(),
    memory_usage: 30,
    latency_ms: 100,
    ...values,
  }));
  await flows.stack.call('POST', '/api/ingest', { component: name, samples });
}

async function automatic(values: object, given: object = {}) {
  const { name, id: componentId } = await component();
  await seenFailing(flows.app, componentId, CALM);
  await live(name, values);
  const incidentId = await addIncident(flows.app, componentId);
  const { id } = await addRecovery(flows.app, componentId, {
    incidentId,
    origin: 'automatic',
    ...given,
  });
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
    const { id, incidentId } = await automatic(
      { cpu_usage: 99, error_rate: 0.5 },
      { state: 'executing', claimedForS: -1 },
    );
    flows.render.answerNext('restart-service', { status: 404 });
    expect(await recover(flows.app, id)).toEqual({ outcome: 'failed' });
    expect(await timeline(flows.app, incidentId)).toEqual(['failed', 'paged']);
  });

  /** One attempt that comes to nothing: the platform is away before the call, or the answer is lost. */
  async function failedOnce(id: string, how: 'before' | 'lost' | 'lost and done'): Promise<void> {
    if (how === 'before') flows.render.answerNext('retrieve-service', { status: 503 });
    else {
      const effect = how === 'lost and done';
      flows.render.answerNext('restart-service', { ending: 'drop', effect });
    }
    await expect(recover(flows.app, id)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    if (how === 'before') return;
    await flows.app.sql`
      update recoveries
      set started_at = now() - interval '1 minute', called_at = now() - interval '1 minute'
      where id = ${id}::uuid`;
  }

  async function paused<T>(act: () => Promise<T>): Promise<T> {
    await flows.stack.call('POST', '/api/admin/pause', { why: 'a test' });
    try {
      return await act();
    } finally {
      await flows.stack.call('POST', '/api/admin/resume', { why: 'a test' });
    }
  }

  it('makes no second attempt of what a pause forbids meanwhile', async () => {
    const { id: componentId } = await component();
    const { id } = await addRecovery(flows.app, componentId);
    await failedOnce(id, 'before');
    const before = effects();
    expect(await paused(() => recover(flows.app, id))).toEqual({ outcome: 'stopped' });
    expect(effects()).toBe(before);
    const { state, error } = await reread(flows.app, id);
    expect({ state, error }).toMatchObject({
      state: 'skipped',
      error: expect.stringContaining('kill_switch'),
    });
    expect(await recover(flows.app, id)).toEqual({ outcome: 'already skipped' });
  });

  it('makes no second attempt of what a freeze forbids meanwhile', async () => {
    const { id: componentId, name } = await component();
    const { id } = await addRecovery(flows.app, componentId);
    await failedOnce(id, 'before');
    const before = effects();
    const ends_at = new Date(Date.now() + 3_600_000).toISOString();
    await flows.stack.call('POST', '/api/admin/freezes', { component: name, ends_at, why: 'x' });
    expect(await recover(flows.app, id)).toEqual({ outcome: 'stopped' });
    expect(effects()).toBe(before);
    expect((await reread(flows.app, id)).error).toContain('freeze');
  });

  it('makes no second attempt against trouble that is over, and leaves the next move to the sweep', async () => {
    const { id, incidentId } = await automatic({ cpu_usage: 99, error_rate: 0.5 });
    await failedOnce(id, 'before');
    await flows.app.sql`
      update incidents set closed_at = now(), closed_why = 'a test' where id = ${incidentId}::uuid`;
    const before = effects();
    expect(await recover(flows.app, id)).toEqual({ outcome: 'stopped' });
    expect(effects()).toBe(before);
    const { state, error, startedAt } = await reread(flows.app, id);
    expect({ state, startedAt }).toEqual({ state: 'skipped', startedAt: null });
    expect(error).toContain('premise');
    expect(await timeline(flows.app, incidentId)).toEqual(['refused']);
  });

  it('asks a person where a call may have had an effect, and it must not be made again', async () => {
    const { id: componentId, name } = await component();
    const incidentId = await addIncident(flows.app, componentId);
    const { id } = await addRecovery(flows.app, componentId, { incidentId });
    await failedOnce(id, 'lost');
    const before = effects();
    expect(await paused(() => recover(flows.app, id))).toEqual({ outcome: 'stopped' });
    expect(effects()).toBe(before);
    expect(await reread(flows.app, id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('kill_switch'),
    });
    expect((await told(flows.app, name)).toSorted()).toEqual([
      'escalation',
      'service_restart_failed',
    ]);
    expect(await timeline(flows.app, incidentId)).toEqual(['failed', 'paged']);
  });

  it('records what was done before the pause', async () => {
    const { id: componentId } = await component();
    const { id } = await addRecovery(flows.app, componentId);
    await failedOnce(id, 'lost and done');
    const before = effects();
    expect(await paused(() => recover(flows.app, id))).toEqual({ outcome: 'acted' });
    expect(effects()).toBe(before);
    expect((await reread(flows.app, id)).state).toBe('verifying');
  });

  it('makes no call once the pause comes while it is being prepared', async () => {
    const { id: componentId } = await component();
    const { id } = await addRecovery(flows.app, componentId);
    const hold = flows.render.hold('list-instances', 'before');
    const slow = recover(flows.app, id);
    await hold.reached;
    const before = effects();
    const outcome = await paused(() => {
      hold.release();
      return slow;
    });
    expect(outcome).toEqual({ outcome: 'stopped' });
    expect(effects()).toBe(before);
  });

  const moveTo = (name: string, serviceId: string) =>
    flows.stack.call('PUT', `/api/components/${name}`, {
      platform: { type: 'render', service_id: serviceId },
      mode: 'auto',
    });

  it('is not carried out where the component was moved to', async () => {
    const { id: componentId, name } = await component();
    const incidentId = await addIncident(flows.app, componentId);
    const planned = await addRecovery(flows.app, componentId, { incidentId });
    await moveTo(name, 'srv-2');
    const before = flows.render.calls.length;
    expect(await recover(flows.app, planned.id)).toEqual({ outcome: 'skipped' });
    expect(flows.render.calls).toHaveLength(before);
    expect((await reread(flows.app, planned.id)).error).toContain('moved elsewhere');
    expect(await timeline(flows.app, incidentId)).toEqual(['refused']);
  });

  it('looks where the component was, and calls nowhere, once it was moved after a call', async () => {
    const { id: componentId, name } = await component();
    const { id } = await addRecovery(flows.app, componentId);
    await failedOnce(id, 'lost');
    await moveTo(name, 'srv-2');
    const before = flows.render.calls.length;
    expect(await recover(flows.app, id)).toEqual({ outcome: 'stopped' });
    const paths = flows.render.calls.slice(before).map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(0);
    for (const path of paths) expect(path).toContain('srv-1');
    expect(await reread(flows.app, id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('moved elsewhere'),
    });
  });

  it('goes on where the component merely got another credential', async () => {
    const { id: componentId, name } = await component();
    const { id } = await addRecovery(flows.app, componentId);
    await flows.app.sql`
      update recoveries
      set target = target || '{"credential": "RENDER_FORMER"}'
      where id = ${id}::uuid`;
    await moveTo(name, 'srv-1');
    expect(await recover(flows.app, id)).toEqual({ outcome: 'acted' });
  });

  it('keeps a yes until its turn comes, while another copy of the group is healed', async () => {
    const group = { group: 'copies' };
    const [first, second] = [await component(group), await component(group)];
    const planned = async (id: number) => {
      const recovery = await addRecovery(flows.app, id, {});
      await flows.app.sql`
        update recoveries set approved_by = 'ann' where id = ${recovery.id}::uuid`;
      return recovery.id;
    };
    const [one, two] = [await planned(first.id), await planned(second.id)];
    expect(await recover(flows.app, one)).toEqual({ outcome: 'acted' });
    const before = effects();
    expect(await recover(flows.app, two)).toEqual({ outcome: 'waits for its turn' });
    expect((await reread(flows.app, two)).state).toBe('planned');
    expect(effects()).toBe(before);
    await flows.app.sql`
      update recoveries set state = 'succeeded', ended_at = now() where id = ${one}::uuid`;
    expect(await recover(flows.app, two)).toEqual({ outcome: 'acted' });
  });
});
