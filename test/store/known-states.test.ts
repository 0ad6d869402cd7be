import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { SITUATIONS } from '../../lib/domain/decide/cause.js';
import { blameRule } from '../../lib/domain/decide/known-state.js';
import { DEFAULT_SETTINGS } from '../../lib/domain/settings.js';
import { beginLook, dueLooks } from '../../lib/store/known-state-looks.js';
import {
  countBlame,
  forgetKnownStates,
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
  seenAt: new Date(),
  healthy: true,
  earnedMinutes: 5,
  earnedByLoad: {},
  schemaId: null,
  looks: 0,
  ...given,
});

const owner = () => ({ componentId, target: 'render srv-1' });
const states = async () => readKnownStates(await selectKnownStates(sql, owner()));

const begin = (id = componentId) =>
  beginLook(sql, { componentId: id, target: 'render srv-1' }, { everyS: 300, freshS: 180 });

describe('dueLooks', () => {
  const due = (limit = 10) => dueLooks(sql, { platforms: ['render'], everyS: 300, limit });

  it('names what nobody has looked at for a while, and takes no turn by that', async () => {
    expect(await due()).toEqual([componentId]);
    expect(await due()).toEqual([componentId]);
    await begin();
    expect(await due()).toEqual([]);
    await sql`update known_state_looks set looked_at = now() - interval '301 seconds'`;
    expect(await due()).toEqual([componentId]);
  });

  it('looks at what is healthy or has an open incident, where the platform can tell', async () => {
    await observed('unknown');
    await observed('healthy', 'agent');
    const failing = await observed('failing');
    expect(await due()).toEqual([componentId]);
    await openIncident(failing);
    expect(await due()).toEqual([componentId, failing]);
  });

  it('names those first that waited longest', async () => {
    const second = await observed('healthy');
    const third = await observed('healthy');
    await begin(componentId);
    await begin(second);
    await sql`
      update known_state_looks
      set looked_at = now() - make_interval(mins => case component_id when ${second}::int then 9 else 8 end)`;
    expect(await due()).toEqual([third, second, componentId]);
    expect(await due(2)).toEqual([third, second]);
  });
});

describe('beginLook', () => {
  it('gives the turn to one of many at once, and again only after a while', async () => {
    const turns = await Promise.all(Array.from({ length: 8 }, () => begin()));
    expect(turns.filter((turn) => turn !== null)).toHaveLength(1);
    expect(await begin()).toBeNull();
    await sql`update known_state_looks set looked_at = now() - interval '301 seconds'`;
    expect(await begin()).not.toBeNull();
  });

  const again = async () => {
    await sql`update known_state_looks set looked_at = now() - interval '301 seconds'`;
    return begin();
  };
  const trouble = (ago: number) => sql`
    insert into ai_proactive_health (component, state, created_at)
    select name, 'failing', now() - make_interval(secs => ${ago}::float8)
    from components where id = ${componentId}::int`;

  it('reads whether it is healthy now, by a fresh assessment', async () => {
    expect(await begin()).toMatchObject({ healthy: true, interrupted: false, states: [] });
    await sql`update component_state set assessed_at = now() - interval '200 seconds'`;
    expect(await again()).toMatchObject({ healthy: false });
  });

  it('tells trouble and incidents since a state was last seen, however long ago, and none before', async () => {
    await keepKnownState(sql, look({ seenAt: new Date(Date.now() - 6 * 3_600_000) }));
    await trouble(7 * 3600);
    expect(await again()).toMatchObject({ interrupted: false });
    await trouble(5 * 3600);
    expect(await again()).toMatchObject({ interrupted: true });
    await sql`delete from ai_proactive_health`;
    await openIncident(componentId);
    expect(await again()).toMatchObject({ interrupted: true });
    await sql`
      update incidents set closed_at = now() - interval '7 hours', closed_why = 'well'
      where component_id = ${componentId}::int`;
    expect(await again()).toMatchObject({ interrupted: false });
  });

  it('knows when it was found healthy, and reads no configuration', async () => {
    await keepKnownState(sql, look());
    await sql`
      insert into unified_brain (action_type, output_data, metadata, executed_at)
      select
        'proactive_health_check', jsonb_build_object('state', state),
        jsonb_build_object('component', name), now() - make_interval(hours => ago)
      from components, (values ('healthy', 1), ('failing', 2), ('healthy', 3), ('healthy', 30))
        as checks (state, ago)
      where id = ${componentId}::int`;
    const facts = await begin();
    expect(facts?.checks).toHaveLength(2);
    expect(facts?.states).toEqual([
      {
        ...{ deploymentId: 'dep-1', lastSeen: expect.any(Date), healthy: true, looks: 1 },
        schemaId: null,
      },
    ]);
  });
});

describe('keepKnownState', () => {
  it('earns by looks, of which two that saw the same row count once', async () => {
    await keepKnownState(sql, look());
    expect(await states()).toMatchObject([{ healthyMinutes: 0, incidents: 0, blamed: 0 }]);
    await Promise.all([1, 2, 3].map(() => keepKnownState(sql, look({ looks: 1 }))));
    expect(await states()).toMatchObject([{ healthyMinutes: 5 }]);
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
    await expect(sql`update known_states set incidents = 1, blamed = 2`).rejects.toThrow();
  });
});

describe('countBlame', () => {
  const LIVE = new Date('2026-03-01T00:00:00Z');
  const count = () => countBlame(sql, owner(), blameRule(DEFAULT_SETTINGS));

  /** Closed incidents, minutes after the first state went live. */
  const incidents = (situation: string, minutes: readonly number[], label: string | null = null) =>
    sql`
      insert into incidents (
        id, component_id, kind, severity, opened_by, situation, cause, plan, premise, label,
        opened_at, closed_at, closed_why)
      select
        gen_random_uuid(), ${componentId}::int, 'failing', 'high', 'samples', ${situation}::text,
        'a test', '{}', '{}', ${label}::text, opened_at, opened_at, 'well'
      from (
        select ${LIVE.toISOString()}::timestamptz + make_interval(mins => minutes) as opened_at
        from unnest(${minutes}::int[]) as minutes) as at`;

  it.each(SITUATIONS)(
    'blames a state that is new only for what may be its fault: %s',
    async (situation) => {
      await keepKnownState(sql, look());
      await incidents(situation, [30]);
      await incidents(situation, [31], 'false_alarm');
      await count();
      const innocent = ['upstream', 'provider', 'saturation_with_traffic'].includes(situation);
      expect(await states()).toMatchObject([{ incidents: 2, blamed: innocent ? 0 : 1 }]);
    },
  );

  it.each([
    { situation: 'leak', minutes: 60, blamed: 1 },
    { situation: 'leak', minutes: 61, blamed: 0 },
    { situation: 'deployment_regression', minutes: 600, blamed: 1 },
    { situation: 'config_regression', minutes: 600, blamed: 1 },
  ])('blames $blamed of $situation after $minutes min', async ({ situation, minutes, blamed }) => {
    await keepKnownState(sql, look());
    await incidents(situation, [minutes]);
    await count();
    expect(await states()).toMatchObject([{ incidents: 1, blamed }]);
  });

  it('counts what opened while a state was live', async () => {
    await keepKnownState(sql, look());
    const liveFrom = new Date(LIVE.getTime() + 120 * 60_000);
    await keepKnownState(sql, look({ deploymentId: 'dep-2', liveFrom }));
    await keepKnownState(sql, look({ target: 'render srv-2', deploymentId: 'dep-9' }));
    await incidents('leak', [-1, 0, 30, 90, 120]);
    await count();
    expect(await states()).toMatchObject([
      { deploymentId: 'dep-2', incidents: 1, blamed: 1 },
      { deploymentId: 'dep-1', incidents: 3, blamed: 2 },
    ]);
  });

  it('forgets no blame, however many incidents came after it, but what is called a false alarm', async () => {
    await keepKnownState(sql, look());
    await incidents('deployment_regression', [5]);
    await incidents(
      'upstream',
      Array.from({ length: 300 }, (_, i) => 10 + i),
    );
    await count();
    expect(await states()).toMatchObject([{ incidents: 301, blamed: 1 }]);
    await sql`update incidents set label = 'false_alarm' where component_id = ${componentId}::int`;
    await count();
    expect(await states()).toMatchObject([{ incidents: 301, blamed: 0 }]);
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
