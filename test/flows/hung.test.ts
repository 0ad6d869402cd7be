import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../lib/domain/decide/incident.js';
import { PAGE } from '../../lib/domain/decide/plan-steps.js';
import type { Probed } from '../../lib/domain/decide/probe-step.js';
import { execute } from '../../lib/flows/execute.js';
import { sweep } from '../../lib/flows/sweep.js';
import { verify } from '../../lib/flows/verify.js';
import { addComponent, addIncident, addRecovery, reread, timeline } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { type HealthAddress, startHealthAddress } from '../support/health-address.js';

const NOTHING_KNOWN: Plan = { situation: 'unknown', cause: 'no known pattern', steps: [PAGE] };

let flows: FlowStack;
let address: HealthAddress;
let names = 0;
let tick = 0;

beforeAll(async () => {
  address = await startHealthAddress();
  flows = await startFlowStack({
    intervalS: 3600,
    breachesToOpen: 2,
    goodToClose: 1,
    freshIntervals: 2,
    settleRestartS: 0,
    flapChanges: 1000,
  });
});

afterAll(async () => {
  await flows.close();
  address.close();
});

beforeEach(async () => {
  address.says = 'well';
  flows.render.effects.length = 0;
  // One test at a time: what another left behind must not take part.
  await flows.app.sql`update components set removed_at = now()`;
  await flows.app.sql`delete from recoveries`;
});

/** A service at Render that has sent nothing for two hours, so that it is probed. */
async function silent(more: object = {}): Promise<number> {
  names += 1;
  const component = `shop-${names}`;
  const id = await addComponent(flows.stack, component, {
    platform: { type: 'render', service_id: 'srv-1' },
    mode: 'auto',
    health_url: address.url,
    ...more,
  });
  const at = new Date(Date.now() - 7_200_000).toISOString();
  await flows.stack.call('POST', '/api/ingest', { component, samples: [{ at, cpu_usage: 20 }] });
  return id;
}

async function look(said: readonly Probed[]): Promise<void> {
  for (const says of said) {
    address.says = says;
    tick += 1;
    await flows.app.sql`update sweep_shards set leased_until = now()`;
    await sweep(flows.app, { tick });
  }
}

const recoveryOf = async (id: number): Promise<string | undefined> => {
  const [row] = await flows.app.sql`
    select id::text from recoveries where component_id = ${id}::int order by created_at desc`;
  return row === undefined ? undefined : String(row['id']);
};

async function needsPerson(id: number): Promise<unknown> {
  const [row] = await flows.app.sql`
    select needs_person from incidents where component_id = ${id}::int`;
  return row?.['needs_person'];
}

/** The situation and the actions of a component's incident. */
async function planOf(id: number) {
  const [row] = await flows.app.sql`
    select situation,
      jsonb_path_query_array(plan, '$.steps[*].action.name') as steps
    from incidents where component_id = ${id}::int order by opened_at desc`;
  return row;
}

describe('a component that hangs, or is gone', () => {
  it('is restarted once, and judged by its health URL', async () => {
    const id = await silent();
    await look(['well', 'silent', 'silent']);
    expect(await planOf(id)).toEqual({ situation: 'down', steps: ['restart', 'page'] });
    const recovery = (await recoveryOf(id)) ?? '';
    expect(await execute(flows.app, recovery)).toEqual({ kind: 'acted' });
    address.says = 'well';
    expect(await verify(flows.app, recovery)).toEqual({ outcome: 'succeeded' });
    await look(['well', 'well', 'well']);
    expect(flows.render.effects).toEqual(['restart-service']);
    expect(await reread(flows.app, recovery)).toMatchObject({ proof: { probe: 'answers' } });
  });

  it('goes to a person when a restart did not help', async () => {
    const id = await silent();
    await look(['silent', 'silent']);
    const recovery = (await recoveryOf(id)) ?? '';
    await execute(flows.app, recovery);
    expect(await verify(flows.app, recovery)).toEqual({ outcome: 'failed' });
    await look(['silent', 'silent', 'silent']);
    expect(flows.render.effects).toEqual(['restart-service']);
    expect(await needsPerson(id)).toBe(true);
  });

  it('is not restarted while it gives bad answers: it runs, and waits for something', async () => {
    const id = await silent();
    await look(['silent', 'ill', 'silent', 'ill']);
    expect(await planOf(id)).toEqual({ situation: 'down', steps: ['page'] });
    await look(['ill', 'silent', 'ill']);
    expect(await recoveryOf(id)).toBeUndefined();
  });

  it.each(['well', 'ill'] as const)(
    'is left alone when it is %s right before the call',
    async (says) => {
      const id = await silent();
      await look(['silent', 'silent']);
      const recovery = (await recoveryOf(id)) ?? '';
      address.says = says;
      expect(await execute(flows.app, recovery)).toEqual({ kind: 'stopped' });
      expect(flows.render.effects).toEqual([]);
      expect((await reread(flows.app, recovery)).error).toContain('its health URL answers again');
    },
  );

  it('goes to a person when it answers badly each time that it is about to be restarted', async () => {
    const id = await silent();
    await look(['silent', 'silent']);
    for (let time = 0; time < 4; time += 1) {
      const recovery = await recoveryOf(id);
      address.says = 'ill';
      if (recovery !== undefined) await execute(flows.app, recovery);
      await look(['silent']);
    }
    expect(flows.render.effects).toEqual([]);
    expect(await needsPerson(id)).toBe(true);
  });

  it('is restarted, too, where its incident had opened before anybody knew of the hang', async () => {
    const id = await silent();
    const incident = await addIncident(flows.app, id, NOTHING_KNOWN);
    await look(['silent', 'silent']);
    expect(await planOf(id)).toEqual({ situation: 'down', steps: ['restart', 'page'] });
    await look(['silent']);
    await execute(flows.app, (await recoveryOf(id)) ?? '');
    expect(flows.render.effects).toEqual(['restart-service']);
    expect(await verify(flows.app, (await recoveryOf(id)) ?? '')).toEqual({ outcome: 'failed' });
    await look(['silent', 'silent']);
    // Asked when nothing was known, and once more when the plan for what became known had failed.
    const told = await timeline(flows.app, incident);
    expect(told.filter((kind) => kind === 'paged')).toHaveLength(2);
    expect(told.indexOf('cause')).toBeGreaterThan(told.indexOf('paged'));
    expect(flows.render.effects).toEqual(['restart-service']);
  });

  it('is restarted, too, where it was found down before it was known to hang', async () => {
    const id = await silent();
    await look(['ill', 'silent']);
    expect(await planOf(id)).toEqual({ situation: 'down', steps: ['page'] });
    await look(['silent', 'silent', 'silent']);
    expect(await planOf(id)).toEqual({ situation: 'down', steps: ['restart', 'page'] });
  });

  it('is left to the person who has asked for something since', async () => {
    const id = await silent();
    const incident = await addIncident(flows.app, id, NOTHING_KNOWN);
    await addRecovery(flows.app, id, { state: 'failed', endedAgoS: 1 });
    await look(['silent', 'silent', 'silent']);
    expect(await planOf(id)).toEqual({ situation: 'unknown', steps: ['page'] });
    expect(await timeline(flows.app, incident)).not.toContain('acted');
  });

  it('is left alone where it sends again right before the call', async () => {
    const id = await silent();
    await look(['silent', 'silent']);
    const recovery = (await recoveryOf(id)) ?? '';
    const samples = Array.from({ length: 40 }, (_, i) => ({
      at: new Date(Date.now() - i * 1000).toISOString(),
      cpu_usage: 20,
    }));
    const component = `shop-${names}`;
    await flows.stack.call('POST', '/api/ingest', { component, samples });
    expect(await execute(flows.app, recovery)).toEqual({ kind: 'stopped' });
    expect(flows.render.effects).toEqual([]);
  });

  it('is left to the person who has taken its incident up', async () => {
    const id = await silent();
    const incident = await addIncident(flows.app, id, NOTHING_KNOWN);
    await flows.stack.call('POST', `/api/incidents/${incident}/acknowledge`, { who: 'ann' });
    await look(['silent', 'silent', 'silent']);
    expect(await recoveryOf(id)).toBeUndefined();
  });

  it('is left alone while something that it depends on fails', async () => {
    names += 1;
    const upstream = `base-${names}`;
    await addComponent(flows.stack, upstream, { health_url: address.url, mode: 'auto' });
    const at = new Date(Date.now() - 7_200_000).toISOString();
    const samples = [{ at, cpu_usage: 20 }];
    await flows.stack.call('POST', '/api/ingest', { component: upstream, samples });
    const id = await silent({ depends_on: [upstream] });
    await look(['silent', 'silent', 'silent']);
    expect(await recoveryOf(id)).toBeUndefined();
    expect(flows.render.effects).toEqual([]);
  });
});
