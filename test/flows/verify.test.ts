import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_MEMORY } from '../../lib/domain/decide/memory.js';
import { verify } from '../../lib/flows/verify.js';
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
  flows = await startFlowStack({ verifyPatienceS: 60, verifySamples: 3 });
});

afterAll(() => flows.close());

beforeEach(() => {
  flows.sent.length = 0;
});

const OLD = { instances: [{ id: 'old-a', createdAt: '2026-03-01T00:00:00.000Z' }] };

async function verifying(given: object = {}) {
  names += 1;
  const component = `verified-${names}`;
  const componentId = await addComponent(flows.stack, component);
  const incidentId = await addIncident(flows.app, componentId);
  const { id, token } = await addRecovery(flows.app, componentId, {
    incidentId,
    state: 'verifying',
    origin: 'automatic',
    verifyInS: -1,
    actedAgoS: 30,
    before: OLD,
    ...given,
  });
  return { component, componentId, incidentId, id, token };
}

async function send(component: string, values: object = {}, count = 10): Promise<void> {
  const samples = Array.from({ length: count }, (_, i) => ({
    at: new Date(Date.now() - (count - 1 - i) * 1000).toISOString(),
    cpu_usage: 20,
    memory_usage: 30,
    error_rate: 0.001,
    ...values,
  }));
  await flows.stack.call('POST', '/api/ingest', { component, samples });
}

describe('verify', () => {
  it('knows nothing of an id that there is not', async () => {
    expect(await verify(flows.app, randomUUID())).toEqual({ outcome: 'unknown recovery' });
  });

  it('ends what healed the component as succeeded, with proof', async () => {
    const { component, id, incidentId } = await verifying();
    await send(component);
    expect(await verify(flows.app, id)).toEqual({ outcome: 'succeeded' });
    const { state, proof, error } = await reread(flows.app, id);
    expect({ state, error }).toEqual({ state: 'succeeded', error: null });
    expect(proof).toMatchObject({ verdict: 'succeeded', fresh_samples: 10 });
    expect(await told(flows.app, component)).toEqual(['service_restart']);
    expect(await timeline(flows.app, incidentId)).toEqual(['verified']);
    expect(await verify(flows.app, id)).toEqual({ outcome: 'already succeeded' });
  });

  it('tells one end of twenty deliveries at once', async () => {
    const { component, id, incidentId } = await verifying();
    await send(component);
    const all = await Promise.all(Array.from({ length: 20 }, () => verify(flows.app, id)));
    expect(all.filter(({ outcome }) => outcome === 'succeeded')).toHaveLength(1);
    expect(await told(flows.app, component)).toEqual(['service_restart']);
    expect(await timeline(flows.app, incidentId)).toEqual(['verified']);
  });

  it('comes back when it is early', async () => {
    const { id, component } = await verifying({ verifyInS: 30 });
    await send(component);
    await expect(verify(flows.app, id)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await reread(flows.app, id)).state).toBe('verifying');
  });

  it('waits for samples, with a message of its own, and keeps when it was due first', async () => {
    const { id, token } = await verifying();
    const first = (await reread(flows.app, id)).verifyAt;
    expect(await verify(flows.app, id)).toEqual({ outcome: 'waiting for samples' });
    expect(flows.sent).toMatchObject([
      { body: { kind: 'verify', recovery_id: id, token: token + 1 }, delayS: 1 },
    ]);
    await flows.app.sql`
      update recoveries set verify_at = now() - interval '1 second' where id = ${id}::uuid`;
    await verify(flows.app, id);
    const { proof } = await reread(flows.app, id);
    expect(new Date(String(proof?.['first_verify_at']))).toEqual(first);
  });

  it('fails when no samples come within its patience, and the plan goes on', async () => {
    const { id, incidentId, component } = await verifying({ verifyInS: -120, actedAgoS: 180 });
    expect(await verify(flows.app, id)).toEqual({ outcome: 'failed' });
    expect(await told(flows.app, component)).toEqual(['service_restart_failed', 'escalation']);
    expect(await timeline(flows.app, incidentId)).toEqual(['failed', 'paged']);
  });

  it('does not believe good samples while the platform still shows the old instances', async () => {
    const { instances } = flows.render.state.get('srv-1') ?? { instances: [] };
    const { id, component } = await verifying({ before: { instances } });
    await send(component);
    expect(await verify(flows.app, id)).toEqual({ outcome: 'waiting for samples' });
    expect((await reread(flows.app, id)).state).toBe('verifying');
  });

  it('takes nothing that was measured before an agent was done as proof', async () => {
    const { id, component, componentId } = await verifying({
      executor: 'agent',
      action: { name: 'clean_memory' },
    });
    await flows.app.sql`
      with instance as (
        insert into instances (component_id, name, boot_id, pushed_at)
        values (${componentId}, 'one', gen_random_uuid(), now())
        returning id)
      insert into agent_commands
        (recovery_id, component_id, instance_id, state, finished_at, expires_at)
      select ${id}::uuid, ${componentId}, id, 'done', now(), now() + interval '1 minute'
      from instance`;
    await send(component);
    expect(await verify(flows.app, id)).toEqual({ outcome: 'waiting for samples' });
    // As if that had been a while ago.
    await flows.app.sql`
      update recoveries
      set
        verify_at = now() - interval '1 second',
        proof = proof || jsonb_build_object('effect_at', now() - interval '20 seconds')
      where id = ${id}::uuid`;
    expect(await verify(flows.app, id)).toEqual({ outcome: 'succeeded' });
  });

  it('judges a slow action by what came after its end, not by the trouble before it', async () => {
    const { instances } = flows.render.state.get('srv-1') ?? { instances: [] };
    const { id, component, componentId } = await verifying({ before: { instances } });
    await send(component, { cpu_usage: 99, latency_ms: 90_000, error_rate: 0.9 });
    await flows.app.sql`
      insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
      values (
        ${componentId}::int, ${JSON.stringify(NO_MEMORY)}::jsonb, '{}', '{}',
        ${JSON.stringify(CALM)}::jsonb, now())
      on conflict (component_id) do nothing`;
    expect(await verify(flows.app, id)).toEqual({ outcome: 'waiting for samples' });
    expect((await reread(flows.app, id)).proof).toMatchObject({ pending_at: expect.any(String) });
    // The platform is done at last, and does not say since when.
    const due = () => flows.app.sql`
      update recoveries
      set verify_at = now() - interval '1 second', before_state = ${JSON.stringify(OLD)}::jsonb
      where id = ${id}::uuid`;
    await due();
    expect(await verify(flows.app, id)).toEqual({ outcome: 'waiting for samples' });
    const { proof } = await reread(flows.app, id);
    expect(proof).toMatchObject({
      effect_at: expect.any(String),
      effect_noticed_at: expect.any(String),
    });
    const [state] = await flows.app.sql`
      select reset_at from component_state where component_id = ${componentId}::int`;
    expect(state?.['reset_at']).toEqual(new Date(String(proof?.['effect_at'])));
    await due();
    expect(await verify(flows.app, id)).toEqual({ outcome: 'waiting for samples' });
    await new Promise((next) => setTimeout(next, 4000));
    await send(component, {}, 4);
    await due();
    expect(await verify(flows.app, id)).toEqual({ outcome: 'succeeded' });
    expect((await reread(flows.app, id)).proof).toMatchObject({
      verdict: 'succeeded',
      effect_at: proof?.['effect_at'],
    });
  });

  it('fails what its platform knows nothing of any more, and the plan goes on', async () => {
    const { id, component, incidentId } = await verifying();
    await send(component);
    flows.render.answerNext('list-instances', { status: 404 });
    expect(await verify(flows.app, id)).toEqual({ outcome: 'failed' });
    const { state, error } = await reread(flows.app, id);
    expect({ state, error }).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('the executor reports'),
    });
    expect(await told(flows.app, component)).toContain('service_restart_failed');
    expect(await timeline(flows.app, incidentId)).toEqual(['failed', 'paged']);
  });

  it('fails what cannot be verified any more because the component was moved', async () => {
    const { id, component } = await verifying();
    await send(component);
    const platform = { type: 'render', service_id: 'srv-2' };
    await flows.stack.call('PUT', `/api/components/${component}`, { platform });
    expect(await verify(flows.app, id)).toEqual({ outcome: 'failed' });
    expect((await reread(flows.app, id)).error).toContain('moved elsewhere');
  });

  it('tells its executor that everything is paused: it must change nothing then', async () => {
    const { id, component } = await verifying();
    await send(component);
    const seen: unknown[] = [];
    const { render } = flows.app.platforms;
    const report: typeof render.report = async (request) => {
      seen.push(request.paused);
      return { kind: 'pending' };
    };
    const platforms = { ...flows.app.platforms, render: { ...render, report } };
    const app = { ...flows.app, platforms };
    await verify(app, id);
    await flows.app.sql`update recoveries set verify_at = now() where id = ${id}::uuid`;
    await flows.stack.call('POST', '/api/admin/pause', { why: 'a test' });
    await verify(app, id);
    await flows.stack.call('POST', '/api/admin/resume', { why: 'a test' });
    expect(seen).toEqual([false, true]);
  });

  it('waits for a platform that is away, but not for ever', async () => {
    const { id, component } = await verifying();
    await send(component);
    flows.render.answerNext('list-instances', { status: 503 });
    expect(await verify(flows.app, id)).toEqual({ outcome: 'waiting for samples' });
    const late = await verifying({ verifyInS: -3700, actedAgoS: 3760 });
    await send(late.component);
    flows.render.answerNext('list-instances', { status: 503 });
    expect(await verify(flows.app, late.id)).toEqual({ outcome: 'failed' });
    expect((await reread(flows.app, late.id)).error).toContain('could not be verified');
  });

  it('pages at once when matters are worse, and stops the plan', async () => {
    const { id, component, incidentId } = await verifying();
    await send(component, { cpu_usage: 99, error_rate: 0.6 });
    expect(await verify(flows.app, id)).toEqual({ outcome: 'worse' });
    expect((await reread(flows.app, id)).proof).toMatchObject({ verdict: 'worse' });
    expect((await told(flows.app, component)).slice(0, 2).toSorted()).toEqual([
      'escalation',
      'service_restart_failed',
    ]);
    expect(flows.sent).toEqual([]);
    const [incident] = await flows.app.sql`
      select needs_person from incidents where id = ${incidentId}::uuid`;
    expect(incident).toEqual({ needs_person: true });
  });

  /** An agent's action, done: its report does not depend on what other tests do at the one service. */
  async function doneByAgent(given: object = {}) {
    const made = await verifying({
      executor: 'agent',
      action: { name: 'reset_database' },
      ...given,
    });
    await flows.app.sql`
      insert into instances (component_id, name, boot_id, pushed_at)
      values (${made.componentId}::int, 'agent', gen_random_uuid(), now())`;
    await flows.app.sql`
      insert into agent_commands (recovery_id, component_id, instance_id, state, expires_at)
      select ${made.id}::uuid, component_id, id, 'done', now() from instances
      where component_id = ${made.componentId}::int and name = 'agent'`;
    return made;
  }

  const INVERSE = { name: 'rollback', rollback_type: 'deployment', to: 'dep-2' } as const;

  const undosOf = (id: string) => flows.app.sql`
    select action, state, origin from recoveries where undoes = ${id}::uuid`;

  it('plans the inverse of what made matters worse, once for ten at once', async () => {
    const { id, component } = await doneByAgent({ inverse: INVERSE });
    await send(component, { cpu_usage: 99, error_rate: 0.6 });
    const all = await Promise.all(Array.from({ length: 10 }, () => verify(flows.app, id)));
    expect(all.filter(({ outcome }) => outcome === 'worse')).toHaveLength(1);
    expect(await undosOf(id)).toEqual([{ action: INVERSE, state: 'planned', origin: 'undo' }]);
    expect(flows.sent).toMatchObject([{ body: { kind: 'recover' } }]);
  });

  it('leaves to a person what a person has asked for, though it made matters worse', async () => {
    const { id, component } = await doneByAgent({ inverse: INVERSE, origin: 'person' });
    await send(component, { cpu_usage: 99, error_rate: 0.6 });
    expect(await verify(flows.app, id)).toEqual({ outcome: 'worse' });
    expect(await undosOf(id)).toEqual([]);
    const [told] = await flows.app.sql`
      select input_data ->> 'why' as why
      from unified_brain
      where action_type = 'escalation'
      and input_data ->> 'why' like '%a person asked for it%'`;
    expect(told?.['why']).toContain('not undone');
  });

  it('asks a person when what made matters worse is not undone', async () => {
    const { id, component, incidentId } = await doneByAgent({ inverse: INVERSE });
    await send(component, { cpu_usage: 99, error_rate: 0.6 });
    await flows.stack.call('POST', '/api/admin/pause', { why: 'a test' });
    const outcome = await verify(flows.app, id);
    await flows.stack.call('POST', '/api/admin/resume', { why: 'a test' });
    expect(outcome).toEqual({ outcome: 'worse' });
    expect(await undosOf(id)).toEqual([]);
    const events = await flows.app.sql`
      select text from incident_events
      where incident_id = ${incidentId}::uuid and event_key = ${`not-undone:${id}`}::text`;
    expect(events).toEqual([{ text: expect.stringMatching(/not undone.*kill_switch/) }]);
    expect((await told(flows.app, component)).filter((one) => one === 'escalation').length).toBe(3);
  });

  /** An undo, in flight, of a recovery that made matters worse. */
  async function undoing() {
    const made = await doneByAgent({ inverse: INVERSE, origin: 'undo' });
    const worse = await addRecovery(flows.app, made.componentId, {
      state: 'failed',
      proof: { verdict: 'worse' },
      actedAgoS: 90,
      endedAgoS: 60,
    });
    await flows.app.sql`
      update recoveries set undoes = ${worse.id}::uuid where id = ${made.id}::uuid`;
    return { ...made, worse: worse.id };
  }

  it('takes what puts a state back as done, though the trouble before it is back, too', async () => {
    const { id, component, worse } = await undoing();
    await send(component, { cpu_usage: 99, error_rate: 0.6 });
    expect(await verify(flows.app, id)).toEqual({ outcome: 'succeeded' });
    const { state, proof } = await reread(flows.app, id);
    expect(state).toBe('succeeded');
    expect(proof).toMatchObject({
      verdict: 'succeeded',
      component: { verdict: 'worse', after: { breaching: ['cpu_usage', 'error_rate'] } },
    });
    expect((await reread(flows.app, worse)).state).toBe('undone');
    expect(await undosOf(id)).toEqual([]);
    expect(flows.sent).toEqual([]);
  });

  it('does not wait for samples to know that a state was put back', async () => {
    const { id, worse } = await undoing();
    expect(await verify(flows.app, id)).toEqual({ outcome: 'succeeded' });
    expect((await reread(flows.app, worse)).state).toBe('undone');
  });

  it('fails an undo whose executor failed, and leaves what it was to undo', async () => {
    const { id, component, worse } = await undoing();
    await flows.app.sql`
      update agent_commands set state = 'failed', error = 'no' where recovery_id = ${id}::uuid`;
    await send(component);
    expect(await verify(flows.app, id)).toEqual({ outcome: 'failed' });
    expect((await reread(flows.app, worse)).state).toBe('failed');
  });

  it('fails what was done to a component that was removed since', async () => {
    const { id, component } = await verifying();
    await flows.app.sql`
      update components set removed_at = now() where name = ${component}::text`;
    expect(await verify(flows.app, id)).toEqual({ outcome: 'failed' });
    expect((await reread(flows.app, id)).error).toContain('removed');
  });
});
