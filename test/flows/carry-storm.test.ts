import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { sweep } from '../../lib/flows/sweep.js';
import { readControl } from '../../lib/store/control.js';
import { addComponent, addIncident, overtaken, RESTART_PLAN } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let tick = 1;

beforeAll(async () => {
  flows = await startFlowStack({ intervalS: 3600, stormMin: 2, stormShare: 0.1, stormCalmS: 3600 });
  for (const name of ['one', 'two', 'three']) {
    const id = await addComponent(flows.stack, name, {});
    await addIncident(flows.app, id, RESTART_PLAN);
  }
});

afterAll(() => flows.close());

beforeEach(async () => {
  tick += 1;
  await flows.app.sql`
    update control set storm_since = null, calm_since = null, last_sweep_at = now()`;
  await flows.app.sql`delete from unified_brain`;
  await flows.app.sql`update incidents set closed_at = null, closed_why = null`;
});

const told = async (): Promise<unknown[]> => {
  const rows = await flows.app.sql`
    select output_data ->> 'storm' as storm
    from unified_brain
    where action_type = 'escalation'
    and output_data ? 'storm'
    order by executed_at`;
  return rows.map((row) => row['storm']);
};

const calmDown = () => flows.app.sql`update incidents set closed_at = now(), closed_why = 'well'`;

/** Nothing is assessed any more, so that a sweep goes straight to what is decided. */
async function conclude(app: App): Promise<void> {
  await flows.app.sql`
    insert into sweep_shards (shard, generation, tick, done_tick, leased_until)
    values (0, 1, ${tick}::bigint, ${tick}::bigint, now())
    on conflict (shard) do update set tick = excluded.tick, done_tick = excluded.done_tick`;
  expect((await sweep(app, { tick })).assessed).toBe(0);
}

const state = async () => {
  const control = await readControl(flows.app.sql);
  return { stormSince: control?.stormSince, calmSince: control?.calmSince };
};

describe('carryStorm', () => {
  it('keeps that a storm began, that it grows calm, and that it is over, and tells both ends', async () => {
    await conclude(flows.app);
    expect(await state()).toEqual({ stormSince: expect.any(Date), calmSince: null });
    await calmDown();
    tick += 1;
    await conclude(flows.app);
    expect(await state()).toEqual({ stormSince: expect.any(Date), calmSince: expect.any(Date) });
    expect(await told()).toEqual(['began']);
    await flows.app.sql`update control set calm_since = now() - interval '2 hours'`;
    tick += 1;
    await conclude(flows.app);
    expect(await state()).toEqual({ stormSince: null, calmSince: null });
    expect(await told()).toEqual(['began', 'ended']);
  });

  it('tells nothing that another has told, and goes on from what it finds then', async () => {
    const since = new Date(Date.now() - 60_000);
    const app = overtaken(flows.app, async () => {
      await flows.app.sql`update control set storm_since = ${since.toISOString()}::timestamptz`;
    });
    await conclude(app);
    expect(await state()).toEqual({ stormSince: since, calmSince: null });
    expect(await told()).toEqual([]);
  });

  it('begins a storm though another has just ended one', async () => {
    const since = new Date(Date.now() - 60_000).toISOString();
    const calm = new Date(Date.now() - 30_000).toISOString();
    await flows.app.sql`
      update control set storm_since = ${since}::timestamptz, calm_since = ${calm}::timestamptz`;
    const app = overtaken(flows.app, async () => {
      await flows.app.sql`update control set storm_since = null, calm_since = null`;
    });
    await conclude(app);
    expect((await state()).stormSince?.getTime()).toBeGreaterThan(new Date(calm).getTime());
    expect(await told()).toEqual(['began']);
  });

  it('is carried on once by sweeps that overlap', async () => {
    await Promise.all(Array.from({ length: 5 }, () => conclude(flows.app)));
    expect(await told()).toEqual(['began']);
  });

  it('lets the sweep end without a control row', async () => {
    await flows.app.sql`delete from control`;
    await conclude(flows.app);
    await flows.app.sql`insert into control (id) values (1)`;
    expect(await told()).toEqual([]);
  });
});
