import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { heal } from '../../lib/flows/heal.js';
import { mapLimit } from '../../lib/flows/map-limit.js';
import { recover } from '../../lib/flows/recover.js';
import { sweep } from '../../lib/flows/sweep.js';
import { verify } from '../../lib/flows/verify.js';
import type { Outgoing } from '../../lib/queue/queue.js';
import { renderService } from '../support/render/service.js';
import { type RenderServer, startRenderServer } from '../support/render-server.js';
import { startTestStack, type TestStack } from '../support/stack.js';

const ALL = 2000;
const OWN = 500;
/** Share of the fleet that may be in recovery at once, and how many that are. */
const SHARE = 0.05;
const AT_ONCE = SHARE * ALL;

let stack: TestStack;
let render: RenderServer;
let app: App;
let tick = 1;
const sent: Outgoing[] = [];

beforeAll(async () => {
  const services = Array.from({ length: ALL }, (_, i) => renderService(`srv-${i + 1}`));
  render = await startRenderServer({ token: 'rnd_test', services });
  stack = await startTestStack({
    settings: {
      intervalS: 3600,
      recoveryShare: SHARE,
      actionsPerHour: 100_000,
      freshShare: 0,
      freshIntervals: 100_000,
      agreeing: 1,
      breachesToOpen: 1,
      settleRestartS: 0,
      restartCooldownS: 0,
      verifySamples: 1,
    },
    env: { RENDER_API_URL: render.url, RENDER_API_KEY: 'rnd_test' },
  });
  const publish = async (messages: readonly Outgoing[]): Promise<void> => {
    sent.push(...messages);
  };
  app = { ...stack.app, log: () => undefined, queue: { ...stack.app.queue, publish } };
  await app.sql`
    insert into components (name, platform, mode)
    select
      'storm-' || n,
      jsonb_build_object(
        'type', 'render', 'service_id', 'srv-' || n, 'credential', 'RENDER_API_KEY'),
      'auto'
    from generate_series(1, ${ALL}::int) as n`;
}, 60_000);

afterAll(async () => {
  await stack.close();
  await render.close();
});

/** A half minute of samples of the components from one number to another. */
async function samples(from: number, to: number, cpu: number): Promise<void> {
  await app.sql`
    insert into metric_samples (component_id, instance_id, at, cpu_usage, error_rate, extra)
    select
      components.id, 0, date_trunc('second', now()) - make_interval(secs => s), ${cpu}::float8, 0.001,
      '{"request_rate": 50}'
    from components
    cross join generate_series(0, 29) as s
    where components.name = any (
      select 'storm-' || n from generate_series(${from}::int, ${to}::int) as n)
    on conflict (component_id, instance_id, at) do update
    set cpu_usage = excluded.cpu_usage`;
}

async function pass(): Promise<void> {
  tick += 1;
  await app.sql`update sweep_shards set leased_until = now()`;
  const fleet = Math.ceil(ALL / 500);
  const shards = Array.from({ length: fleet + 1 }, (_, i) => i);
  await sweep(app, { shards, tick });
}

const count = async (state: string): Promise<number> => {
  const [row] = await app.sql`
    select count(*)::int as n from recoveries where state = ${state}::text`;
  return Number(row?.['n']);
};

/** Carry out what the queue was given, some at once, as functions would. */
async function deliver(): Promise<number> {
  const messages = sent.splice(0);
  await mapLimit(messages, 8, async ({ body }) => {
    const { kind, recovery_id: id } = body as { kind: string; recovery_id: string };
    if (kind === 'recover') await recover(app, id);
    if (kind === 'verify') {
      // The restart has helped: what follows it is well.
      await app.sql`
        insert into metric_samples (component_id, instance_id, at, cpu_usage, error_rate)
        select component_id, 0, now() + interval '1 second', 20, 0.001
        from recoveries
        where id = ${id}::uuid`;
      await verify(app, id);
    }
  });
  return messages.length;
}

describe('a fleet of 2,000', () => {
  it('heals 500 that fail in one minute for reasons of their own, some at a time and in order', async () => {
    await samples(1, OWN, 100);
    await samples(OWN + 1, ALL, 20);
    await pass();
    const incidents =
      await app.sql`select count(*)::int as n from incidents where closed_at is null`;
    expect(incidents).toEqual([{ n: OWN }]);
    for (let round = 0; round < 40 && (await count('succeeded')) < OWN; round += 1) {
      if ((await deliver()) === 0) await heal(app);
    }
    expect(await count('succeeded')).toBe(OWN);
    // By the log alone: how many were under way at the busiest instant.
    const [busiest] = await app.sql`
      with steps as (
        select created_at as at, 1 as step from recoveries
        union all
        select ended_at, -1 from recoveries
      )
      select max(n)::int as most
      from (select sum(step) over (order by at, step rows unbounded preceding) as n from steps) as running`;
    expect(busiest?.['most']).toBeLessThanOrEqual(AT_ONCE);
    expect(busiest?.['most']).toBeGreaterThan(AT_ONCE / 2);
    const [twice] = await app.sql`
      select count(*)::int as n
      from (select component_id from recoveries group by 1 having count(*) > 1) as more`;
    expect(twice).toEqual({ n: 0 });
    const innocent = await app.sql`
      select 1 from recoveries
      join components on components.id = recoveries.component_id
      where substr(components.name, 7)::int > ${OWN}::int`;
    expect(innocent).toEqual([]);
    expect(render.effects).toHaveLength(OWN);
  }, 180_000);

  it('stops when half of it fails, says so, and goes on after ten minutes of calm', async () => {
    await app.sql`update incidents set closed_at = now(), closed_why = 'a test'`;
    render.effects.length = 0;
    sent.length = 0;
    await samples(OWN + 1, OWN + ALL / 2, 100);
    await pass();
    expect(sent).toEqual([]);
    expect(await heal(app)).toMatchObject({ planned: 0 });
    const told = await app.sql`
      select output_data from unified_brain
      where action_type = 'escalation' and output_data ->> 'storm' = 'began'`;
    expect(told).toEqual([{ output_data: { storm: 'began', needs_person: true } }]);
    // Most of it recovers by itself: calm, but not for long enough.
    await samples(OWN + 51, OWN + ALL / 2, 20);
    await app.sql`
      update incidents
      set closed_at = now(), closed_why = 'a test'
      from components
      where components.id = incidents.component_id
      and closed_at is null
      and substr(components.name, 7)::int > ${OWN + 50}::int`;
    await pass();
    expect(await heal(app)).toMatchObject({ planned: 0 });
    await app.sql`update control set calm_since = now() - interval '9 minutes'`;
    expect(await heal(app)).toMatchObject({ planned: 0 });
    await app.sql`update control set calm_since = now() - interval '601 seconds'`;
    const healed = await heal(app);
    expect(healed?.planned).toBeGreaterThan(0);
    expect(healed?.planned).toBeLessThanOrEqual(AT_ONCE);
  }, 180_000);

  it('treats the one root by which 500 fail, and leaves all that depend on it alone, also afterwards', async () => {
    await app.sql`
      update incidents
      set
        opened_at = now() - interval '3 hours', closed_at = now() - interval '2 hours',
        closed_why = 'a test'`;
    await app.sql`truncate recoveries cascade`;
    await app.sql`update control set storm_since = null, calm_since = null`;
    render.effects.length = 0;
    sent.length = 0;
    // A tree: whoever is numbered higher depends on half of its number, and so in the end on the first.
    await app.sql`
      update components
      set depends_on = array['storm-' || substr(name, 7)::int / 2]
      where substr(name, 7)::int between 2 and ${OWN}::int`;
    await samples(OWN + 1, ALL, 20);
    await samples(1, OWN, 100);
    await pass();
    await heal(app);
    const acted = () => app.sql`
      select components.name, recoveries.state
      from recoveries
      join components on components.id = recoveries.component_id
      where recoveries.started_at is not null
      or recoveries.state = 'planned'`;
    expect(await acted()).toEqual([{ name: 'storm-1', state: 'planned' }]);
    await deliver();
    await deliver();
    expect(await acted()).toEqual([{ name: 'storm-1', state: 'succeeded' }]);
    // The root is well, and those that depend on it only get there.
    await app.sql`
      update incidents
      set closed_at = now(), closed_why = 'a test'
      from components
      where components.id = incidents.component_id
      and components.name = 'storm-1'
      and closed_at is null`;
    await heal(app);
    await deliver();
    expect(await acted()).toHaveLength(1);
    await samples(1, OWN, 20);
    for (let look = 0; look < 6; look += 1) await pass();
    await deliver();
    expect(await acted()).toHaveLength(1);
    const open = await app.sql`select count(*)::int as n from incidents where closed_at is null`;
    expect(open).toEqual([{ n: 0 }]);
    expect(render.effects).toEqual(['restart-service']);
  }, 180_000);
});
