import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { readLookFacts, takeLooks } from '../../lib/store/known-state-looks.js';
import {
  forgetKnownStates,
  keepBlame,
  keepKnownState,
  readKnownStates,
  type SeenState,
  selectKnownStates,
} from '../../lib/store/known-states.js';
import { addComponent, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

let componentId = 0;

beforeEach(async () => {
  await sql`delete from known_state_looks`;
  await sql`update components set removed_at = now()`;
  componentId = await observed('healthy');
});

/** A component at Render, as its last assessment found it. */
async function observed(state: string, platform = 'render'): Promise<number> {
  const { id } = await addComponent(sql);
  await sql`
    update components
    set platform = jsonb_build_object('type', ${platform}::text)
    where id = ${id}::int`;
  await sql`
    insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
    values (${id}::int, '{}', jsonb_build_object('state', ${state}::text), '{}', '{}', now())`;
  return id;
}

const openIncident = (id: number) => sql`
  insert into incidents (
    id, component_id, kind, severity, opened_by, situation, cause, plan, premise)
  values (
    ${randomUUID()}::uuid, ${id}::int, 'failing', 'high', 'samples', 'leak', 'it leaks', '{}', '{}')`;

const look = (given: Partial<SeenState> = {}): SeenState => ({
  componentId,
  target: 'render srv-1',
  deploymentId: 'dep-1',
  version: 'commit-1',
  liveFrom: new Date('2026-03-01T00:00:00Z'),
  fingerprint: 'f1.a',
  sealedConfig: 's1.a',
  instances: 2,
  healthy: true,
  earnedMinutes: 5,
  looks: 0,
  ...given,
});

const owner = () => ({ componentId, target: 'render srv-1' });
const states = async () => readKnownStates(await selectKnownStates(sql, owner()));

describe('takeLooks', () => {
  const take = (limit = 10) => takeLooks(sql, { platforms: ['render'], everyS: 300, limit });

  it('gives each turn to one of many at once, and again only after a while', async () => {
    const turns = await Promise.all(Array.from({ length: 8 }, () => take()));
    expect(turns.flat()).toEqual([componentId]);
    expect(await take()).toEqual([]);
    await sql`update known_state_looks set looked_at = now() - interval '301 seconds'`;
    expect(await take()).toEqual([componentId]);
  });

  it('looks at what is healthy or has an open incident, where the platform can tell', async () => {
    await observed('unknown');
    await observed('healthy', 'agent');
    const failing = await observed('failing');
    expect(await take()).toEqual([componentId]);
    await openIncident(failing);
    expect(await take()).toEqual([failing]);
  });

  it('takes those first that waited longest', async () => {
    const second = await observed('healthy');
    expect(await take(1)).toEqual([componentId]);
    expect(await take(1)).toEqual([second]);
  });
});

describe('keepKnownState', () => {
  it('earns by looks, of which two that saw the same row count once', async () => {
    await keepKnownState(sql, look());
    expect(await states()).toMatchObject([
      { healthyMinutes: 0, looks: 1, incidents: 0, blamed: 0 },
    ]);
    await Promise.all([1, 2, 3].map(() => keepKnownState(sql, look({ looks: 1 }))));
    expect(await states()).toMatchObject([{ healthyMinutes: 5, looks: 2 }]);
  });

  it('keeps the configuration of the first look: a later one is not live before the next deployment', async () => {
    await keepKnownState(sql, look());
    await keepKnownState(sql, look({ looks: 1, fingerprint: 'f1.b', sealedConfig: 's1.b' }));
    expect(await states()).toMatchObject([{ fingerprint: 'f1.a', sealedConfig: 's1.a' }]);
  });

  it('knows a place by its name, and shows the newest first', async () => {
    await keepKnownState(sql, look());
    await keepKnownState(sql, look({ target: 'render srv-2', deploymentId: 'dep-9' }));
    const liveFrom = new Date('2026-03-02T00:00:00Z');
    await keepKnownState(sql, look({ deploymentId: 'dep-2', liveFrom }));
    expect((await states()).map(({ deploymentId }) => deploymentId)).toEqual(['dep-2', 'dep-1']);
  });

  it('never keeps a fingerprint without its snapshot, nor more blame than incidents', async () => {
    await expect(keepKnownState(sql, look({ sealedConfig: null }))).rejects.toThrow();
    await keepKnownState(sql, look());
    const blame = { deploymentId: 'dep-1', incidents: 1, blamed: 2 };
    await expect(keepBlame(sql, owner(), [blame])).rejects.toThrow();
  });
});

describe('keepBlame', () => {
  it('counts anew, of the states that there are', async () => {
    await keepKnownState(sql, look());
    const counts = (incidents: number, blamed: number) => [
      { deploymentId: 'dep-1', incidents, blamed },
      { deploymentId: 'dep-7', incidents: 9, blamed: 9 },
    ];
    await keepBlame(sql, owner(), counts(2, 1));
    expect(await states()).toMatchObject([{ incidents: 2, blamed: 1 }]);
    await keepBlame(sql, owner(), counts(2, 0));
    expect(await states()).toMatchObject([{ incidents: 2, blamed: 0 }]);
  });
});

describe('readLookFacts', () => {
  it('reads health, what troubled it, and the incidents', async () => {
    await keepKnownState(sql, look());
    await openIncident(componentId);
    await sql`
      insert into ai_proactive_health (component, state)
      select name, 'failing' from components where id = ${componentId}::int`;
    const facts = await readLookFacts(sql, owner(), 180);
    expect(facts).toMatchObject({
      healthy: true,
      incidents: [{ situation: 'leak', closedAt: null, isFalseAlarm: false }],
      states: [{ deploymentId: 'dep-1' }],
    });
    expect(facts.troubles).toHaveLength(1);
    await sql`update component_state set assessed_at = now() - interval '200 seconds'`;
    expect(await readLookFacts(sql, owner(), 180)).toMatchObject({ healthy: false });
  });
});

describe('forgetKnownStates', () => {
  it('keeps the newest 50 of each component, and none of one that was removed', async () => {
    for (let i = 0; i < 52; i += 1) {
      const liveFrom = new Date(Date.UTC(2026, 2, 1) + i * 60_000);
      await keepKnownState(sql, look({ deploymentId: `dep-${i}`, liveFrom }));
    }
    await forgetKnownStates(sql);
    const [row] = await sql`
      select count(*)::int as n, min(live_from) as first
      from known_states where component_id = ${componentId}::int`;
    expect(row).toEqual({ n: 50, first: new Date(Date.UTC(2026, 2, 1) + 2 * 60_000) });
    await sql`update components set removed_at = now() where id = ${componentId}::int`;
    await forgetKnownStates(sql);
    expect(await states()).toEqual([]);
  });
});
