import { beforeEach, describe, expect, it } from 'vitest';
import { putComponent, removeComponent } from '../../lib/store/component-config.js';
import {
  componentsById,
  countComponents,
  findByPlatform,
  findComponent,
  listComponents,
  resolveRef,
} from '../../lib/store/components.js';
import { config } from './config.js';
import { addComponent, addIncident, PREMISE, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

beforeEach(async () => {
  await sql`truncate components cascade`;
});

const names = async (filter: Parameters<typeof listComponents>[1]): Promise<string[]> =>
  (await listComponents(sql, filter)).map(({ name }) => name);

describe('listComponents', () => {
  it('answers by name order, from a cursor on, as many as are asked for', async () => {
    for (const name of ['b', 'c', 'a']) await addComponent(sql, name);
    expect(await names({ limit: 10 })).toEqual(['a', 'b', 'c']);
    expect(await names({ limit: 1 })).toEqual(['a']);
    expect(await names({ after: 'a', limit: 10 })).toEqual(['b', 'c']);
    expect(await names({ after: 'c', limit: 10 })).toEqual([]);
    expect(await names({ name: 'b', limit: 10 })).toEqual(['b']);
    expect(await names({ ids: [], limit: 10 })).toEqual([]);
  });

  it('leaves out what was removed', async () => {
    await addComponent(sql, 'gone');
    await removeComponent(sql, 'gone');
    expect(await names({ limit: 10 })).toEqual([]);
  });
});

describe('findComponent', () => {
  it('answers a new one with its defaults', async () => {
    const { id } = await addComponent(sql, 'new');
    expect(await findComponent(sql, 'new')).toEqual({
      ...config(),
      id,
      name: 'new',
      createdAt: expect.any(Date),
      assessment: null,
      assessedAt: null,
      incidentId: null,
      agentPresent: false,
    });
  });

  it('answers the last assessment, the open incident, and whether its agent is there', async () => {
    const { id } = await addComponent(sql, 'shop');
    const closed = await addIncident(sql, id);
    await sql`update incidents set closed_at = now(), closed_why = 'well' where id = ${closed}::uuid`;
    const incidentId = await addIncident(sql, id);
    await sql`
      insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
      values (
        ${id}::int, '{}', '{"health_score": 50}', '{}', ${JSON.stringify(PREMISE)}::jsonb,
        '2026-03-01T12:00:00Z')`;
    await sql`insert into instances (component_id, name, pushed_at) values (${id}::int, 'a', now())`;
    expect(await findComponent(sql, 'shop')).toMatchObject({
      assessment: { health_score: 50 },
      assessedAt: new Date('2026-03-01T12:00:00Z'),
      incidentId,
      agentPresent: true,
    });
    await sql`update instances set pushed_at = now() - interval '121 seconds'`;
    expect(await findComponent(sql, 'shop')).toMatchObject({ agentPresent: false });
  });

  it('answers null for a name that there is not', async () => {
    expect(await findComponent(sql, 'nobody')).toBeNull();
  });
});

describe('componentsById', () => {
  it('answers those that are there, by their ids', async () => {
    const [one, two] = [await addComponent(sql), await addComponent(sql)];
    await addComponent(sql);
    const found = await componentsById(sql, [two.id, one.id, 0]);
    expect([...found.keys()].toSorted((a, b) => a - b)).toEqual([one.id, two.id]);
    expect(found.get(two.id)?.name).toBe(two.name);
    expect((await componentsById(sql, [])).size).toBe(0);
  });
});

describe('resolveRef', () => {
  beforeEach(async () => {
    await putComponent(sql, 'shop', config({ refs: [{ source: 'alerts', id: 'svc-1' }] }));
    await putComponent(sql, 'till', config({ refs: [{ source: 'alerts', id: 'svc-2' }] }));
  });

  it.each([
    { candidates: ['svc-1'], name: 'shop' },
    { candidates: ['unknown', 'svc-2', 'svc-1'], name: 'till' },
    { candidates: ['shop'], name: 'shop' },
    { candidates: ['unknown'], name: undefined },
    { candidates: [], name: undefined },
  ])('finds $name by $candidates', async ({ candidates, name }) => {
    expect((await resolveRef(sql, 'alerts', candidates))?.name).toBe(name);
  });

  it('knows a reference of its own source alone', async () => {
    expect(await resolveRef(sql, 'vercel', ['svc-1'])).toBeNull();
  });

  it('finds nothing that was removed', async () => {
    await removeComponent(sql, 'shop');
    expect(await resolveRef(sql, 'alerts', ['svc-1', 'shop'])).toBeNull();
  });
});

describe('findByPlatform', () => {
  it('finds the component that runs as a service', async () => {
    const platform = { type: 'render', service_id: 'srv-1', credential: 'RENDER_API_KEY' } as const;
    await putComponent(sql, 'shop', config({ platform }));
    expect(await findByPlatform(sql, 'render', 'srv-1')).toEqual(['shop']);
    await putComponent(sql, 'other', config({ platform }));
    expect(await findByPlatform(sql, 'render', 'srv-1')).toEqual(['other', 'shop']);
    await removeComponent(sql, 'other');
    expect(await findByPlatform(sql, 'render', 'srv-2')).toEqual([]);
    expect(await findByPlatform(sql, 'vercel', 'srv-1')).toEqual([]);
    await removeComponent(sql, 'shop');
    expect(await findByPlatform(sql, 'render', 'srv-1')).toEqual([]);
  });

  it('finds the component that runs as a project', async () => {
    const platform = {
      type: 'vercel',
      project_id: 'prj_1',
      plan: 'hobby',
      credential: 'VERCEL_TOKEN',
    } as const;
    await putComponent(sql, 'site', config({ platform }));
    expect(await findByPlatform(sql, 'vercel', 'prj_1')).toEqual(['site']);
    expect(await findByPlatform(sql, 'render', 'prj_1')).toEqual([]);
  });
});

describe('countComponents', () => {
  it('counts those that are there', async () => {
    expect(await countComponents(sql)).toBe(0);
    await addComponent(sql, 'a');
    await addComponent(sql, 'b');
    await removeComponent(sql, 'a');
    expect(await countComponents(sql)).toBe(1);
  });
});
