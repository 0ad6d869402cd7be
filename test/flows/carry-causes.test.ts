import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../lib/domain/settings.js';
import { carryCauses } from '../../lib/flows/carry-causes.js';
import { heal } from '../../lib/flows/heal.js';
import { sweep } from '../../lib/flows/sweep.js';
import { readCauses } from '../../lib/store/common-causes.js';
import { addComponent, addIncident } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let incidents: { predicted: string; failing: string };
const NAMES = ['web-1', 'web-2', 'web-3', 'web-4', 'lone'];

async function send(component: string): Promise<void> {
  const samples = Array.from({ length: 20 }, (_, i) => ({
    at: new Date(Date.now() - i * 60_000).toISOString(),
    memory_usage: 40,
  }));
  await flows.stack.call('POST', '/api/ingest', { component, samples });
}

/** What the last look at some components has remembered, as if it had seen that. */
async function remembered(names: readonly string[], memory: object, state: string): Promise<void> {
  const evidence = { state, agreeing: 3, historyS: 7 * 86_400 };
  await flows.app.sql`
    update component_state
    set
      memory = memory || ${JSON.stringify(memory)}::jsonb,
      evidence = evidence || ${JSON.stringify(evidence)}::jsonb
    from components
    where components.id = component_state.component_id
    and components.name = any (${names}::text[])`;
}

const carry = () => carryCauses(flows.app, DEFAULT_SETTINGS);

const told = async (kind: string): Promise<unknown[]> => {
  const rows = await flows.app.sql`
    select input_data ->> 'why' as why
    from unified_brain
    where output_data ->> 'common_cause' = ${kind}::text`;
  return rows.map((row) => row['why']);
};

const answer = async (path: string): Promise<Record<string, unknown>> =>
  (await flows.stack.call('GET', path)).body as Record<string, unknown>;

beforeAll(async () => {
  flows = await startFlowStack({ intervalS: 3600, minHistoryS: 0 });
  await flows.app.sql`update control set last_sweep_at = now() + interval '1 day'`;
  const ids = new Map<string, number>();
  for (const name of NAMES) {
    const group = name === 'lone' ? null : 'web';
    const body = { platform: { type: 'render', service_id: 'srv-1' }, mode: 'auto', group };
    ids.set(name, await addComponent(flows.stack, name, body));
    await send(name);
  }
  await sweep(flows.app, { tick: 1 });
  incidents = {
    predicted: await addIncident(flows.app, ids.get('web-1') ?? 0),
    failing: await addIncident(flows.app, ids.get('web-2') ?? 0),
  };
  await flows.app.sql`
    update incidents
    set kind = 'predicted', opened_by = 'prediction', failed_at = null
    where id = ${incidents.predicted}::uuid`;
});

afterAll(() => flows.close());

describe('carryCauses', () => {
  it('finds none where nothing rises', async () => {
    expect(await carry()).toBe(0);
    expect(await readCauses(flows.app.sql)).toEqual([]);
  });

  it('begins one, and tells of it once, however many sweeps see it', async () => {
    const rising = { rising: { memory: Date.now() }, raised: 'high', bad: 2 };
    await remembered(['web-1', 'web-3', 'lone'], { ...rising, state: 'degraded' }, 'degraded');
    await remembered(['web-2'], { ...rising, state: 'failing' }, 'failing');
    expect(await Promise.all(Array.from({ length: 6 }, carry))).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await carry()).toBe(1);
    const [cause, ...more] = await readCauses(flows.app.sql);
    expect(more).toEqual([]);
    expect(cause).toMatchObject({ group: 'web', kind: 'memory', peers: 4, endedAt: null });
    expect(cause?.members.map(({ component }) => component)).toEqual(['web-1', 'web-2', 'web-3']);
    expect(await told('began')).toEqual([
      expect.stringContaining('3 of 4 components of group web rise alike in memory'),
    ]);
  });

  it('is shown in incidents, in their timelines, and in insights', async () => {
    const shared = [
      expect.objectContaining({ group: 'web', members: ['web-1', 'web-2', 'web-3'] }),
    ];
    expect(await answer('/api/incidents')).toMatchObject({ common_causes: shared });
    expect(await answer('/api/incidents?component=lone')).toMatchObject({ common_causes: [] });
    expect(await answer('/api/insights')).toMatchObject({ common_causes: shared });
    for (const id of Object.values(incidents)) {
      const one = await answer(`/api/incidents/${id}`);
      expect(one).toMatchObject({ common_causes: shared });
      const lines = (one['timeline'] as { kind: string }[]).map(({ kind }) => kind);
      expect(lines.filter((kind) => kind === 'common_cause')).toHaveLength(1);
    }
  });

  it('holds back what is only predicted, and nothing of what fails', async () => {
    await heal(flows.app);
    const rows = await flows.app.sql`select incident_id::text as id from recoveries`;
    expect(rows).toEqual([{ id: incidents.failing }]);
    const { held_back_by: held } = await answer(`/api/incidents/${incidents.predicted}`);
    expect(held).toContainEqual(expect.objectContaining({ guard: 'common_cause' }));
    expect(await answer(`/api/incidents/${incidents.predicted}`)).toMatchObject({
      needs_person: false,
    });
  });

  it('ends once it has been calm, and tells of that once', async () => {
    await remembered(NAMES, { rising: {}, raised: null, bad: 0, state: 'healthy' }, 'healthy');
    expect(await carry()).toBe(1);
    await flows.app.sql`
      update common_causes set calm_since = calm_since - interval '10 minutes'`;
    expect(await Promise.all([carry(), carry(), carry()])).toEqual([0, 0, 0]);
    expect(await told('ended')).toHaveLength(1);
    expect(await answer('/api/incidents')).toMatchObject({ common_causes: [] });
    expect(await answer('/api/insights?window=24h')).toMatchObject({
      common_causes: [expect.objectContaining({ state: 'closed' })],
    });
  });
});
