import { describe, expect, it } from 'vitest';
import { NO_MEMORY } from '../../lib/domain/decide/memory.js';
import { NO_PAST } from '../../lib/domain/past/past.js';
import { putComponent } from '../../lib/store/component-config.js';
import { resetWindow } from '../../lib/store/component-state.js';
import type { Reach } from '../../lib/store/copies.js';
import { type NamedSample, storeSamples } from '../../lib/store/samples.js';
import { readWindows, type Watched } from '../../lib/store/windows.js';
import { config } from './config.js';
import { addComponent, PREMISE, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

const now = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000);
const secondsAgo = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);

async function store(
  component: string,
  samples: readonly [number, Readonly<Record<string, number>>, string?][],
): Promise<void> {
  const named: NamedSample[] = samples.map(([seconds, values, instance = '']) => ({
    component,
    sample: { at: secondsAgo(seconds), values, instance },
  }));
  await storeSamples(sql, named, 10_000);
}

async function read(id: number, reach: Partial<Reach> = {}): Promise<Watched> {
  const all = { fromId: id, toId: id, windowS: 3600, points: 100, at: now, ...reach };
  const { watched } = await readWindows(sql, all);
  const [one] = watched;
  if (one === undefined || watched.length !== 1) throw new Error(`${watched.length} were read`);
  return one;
}

const plain = ({ samples }: Watched) =>
  samples.map(({ at, instance, values }) => ({
    s: (now.getTime() - at.getTime()) / 1000,
    instance,
    values,
  }));

async function keepState(componentId: number): Promise<void> {
  await sql`
    insert into component_state (
      component_id, memory, assessment, evidence, premise, assessed_at, first_sample_at,
      last_sample_at, checked_hour)
    values (
      ${componentId}::int, ${JSON.stringify({ ...NO_MEMORY, bad: 2 })}::jsonb,
      '{"health_score": 61.5, "state": "degraded", "level": "high"}', '{}',
      ${JSON.stringify(PREMISE)}::jsonb, now(), ${secondsAgo(9000).toISOString()}::timestamptz,
      ${secondsAgo(30).toISOString()}::timestamptz, ${secondsAgo(3600).toISOString()}::timestamptz)`;
}

describe('readWindows', () => {
  it('answers the samples of each instance, oldest first, with what they hold and no more', async () => {
    const { id, name } = await addComponent(sql);
    await store(name, [
      [60, { cpu_usage: 50, memory_usage: 60, error_rate: 0.25, latency_ms: 100 }],
      [120, { cpu_usage: 40, queue_depth: 3 }],
      [60, { queue_depth: 4 }, 'copy'],
    ]);
    const found = plain(await read(id));
    expect(found.filter(({ instance }) => instance === '')).toEqual([
      { s: 120, instance: '', values: { cpu_usage: 40, queue_depth: 3 } },
      {
        s: 60,
        instance: '',
        values: { cpu_usage: 50, memory_usage: 60, error_rate: 0.25, latency_ms: 100 },
      },
    ]);
    expect(found.filter(({ instance }) => instance === 'copy')).toEqual([
      { s: 60, instance: 'copy', values: { queue_depth: 4 } },
    ]);
  });

  it('reaches as far back as it is asked to, and five minutes ahead', async () => {
    const { id, name } = await addComponent(sql);
    await store(
      name,
      [600, 599, 0, -300, -301].map((s) => [s, { x: s }]),
    );
    const found = plain(await read(id, { windowS: 600 }));
    expect(found.map(({ s }) => s)).toEqual([599, 0, -300]);
  });

  it('keeps the newest points of each instance', async () => {
    const { id, name } = await addComponent(sql);
    await store(name, [
      ...[30, 20, 10].map((s) => [s, { x: s }] as [number, Record<string, number>]),
      [15, { x: 40 }, 'copy'],
    ]);
    const found = plain(await read(id, { points: 2 }));
    expect(found.map(({ s, instance }) => `${instance}${s}`).toSorted()).toEqual([
      '10',
      '20',
      'copy15',
    ]);
  });

  it('begins where all instances are whole: what one sent alone is not the component', async () => {
    const { id, name } = await addComponent(sql);
    const told = (seconds: number, instance: string): [number, Record<string, number>, string] => [
      seconds,
      { cpu_usage: 5 },
      instance,
    ];
    const added = [10, 20, 30, 40].map((seconds) => told(seconds, 'new'));
    const replaced = [25, 500, 600].map((seconds) => told(seconds, 'old'));
    await store(name, [...added, ...replaced]);
    const whole = plain(await read(id, { points: 4 }));
    expect(whole.map(({ s, instance }) => `${instance}${s}`).toSorted()).toEqual([
      'new10',
      'new20',
      'new30',
      'new40',
      'old25',
    ]);
  });

  it('begins anew where an action has changed what the metrics mean', async () => {
    const { id, name } = await addComponent(sql);
    await keepState(id);
    await store(name, [
      [60, { x: 1 }],
      [-60, { x: 2 }],
    ]);
    await resetWindow(sql, id);
    const at = now.toISOString();
    await sql`
      update component_state set reset_at = ${at}::timestamptz where component_id = ${id}::int`;
    const watched = await read(id);
    expect(watched.resetAt).toEqual(now);
    expect(plain(watched).map(({ s }) => s)).toEqual([-60]);
  });

  it('answers a component that was never swept and never sent', async () => {
    const { id, name } = await addComponent(sql);
    expect(await read(id)).toMatchObject({
      component: {
        id,
        name,
        mode: 'observe',
        platform: { type: 'none' },
        createdAt: expect.any(Date),
      },
      samples: [],
      memory: NO_MEMORY,
      past: NO_PAST,
      firstSampleAt: null,
      lastSampleAt: null,
      checkedHour: null,
      resetAt: null,
      agentPresent: false,
      instances: null,
      lastScore: null,
      lastLevel: null,
      lastState: null,
    });
  });

  it('answers what the last sweep left, and the configuration', async () => {
    const { id, name } = await addComponent(sql);
    const wanted = config({ mode: 'auto', depends_on: ['base'], group: 'web' });
    await putComponent(sql, name, wanted);
    await keepState(id);
    expect(await read(id)).toMatchObject({
      component: { ...wanted, name },
      memory: { ...NO_MEMORY, bad: 2 },
      firstSampleAt: secondsAgo(9000),
      lastSampleAt: secondsAgo(30),
      checkedHour: secondsAgo(3600),
      lastScore: 61.5,
      lastLevel: 'high',
      lastState: 'degraded',
    });
  });

  it('fills in what the memory of an older version did not have', async () => {
    const { id } = await addComponent(sql);
    await keepState(id);
    await sql`update component_state set memory = '{"bad": 1}' where component_id = ${id}::int`;
    expect((await read(id)).memory).toEqual({ ...NO_MEMORY, bad: 1 });
  });

  it.each([
    { pushed: '1 second', present: true },
    { pushed: '121 seconds', present: false },
  ])('says of an agent that pushed $pushed ago: $present', async ({ pushed, present }) => {
    const { id } = await addComponent(sql);
    await sql`
      insert into instances (component_id, name, boot_id, pushed_at)
      values (${id}::int, 'copy', gen_random_uuid(), now() - ${pushed}::interval)`;
    expect((await read(id)).agentPresent).toBe(present);
  });

  it('answers a range of ids in their order, without what was removed', async () => {
    const all = [await addComponent(sql), await addComponent(sql), await addComponent(sql)];
    const ids = all.map(({ id }) => id);
    const [first = 0, gone = 0, last = 0] = ids;
    await sql`update components set removed_at = now() where id = ${gone}::int`;
    const reach = { fromId: first, toId: last, windowS: 60, points: 10, at: now };
    const { watched } = await readWindows(sql, reach);
    expect(watched.map(({ component }) => component.id)).toEqual([first, last]);
  });

  it('takes the instant it is given for now, and the database’s where it is given none', async () => {
    const reach = { fromId: 0, toId: 0, windowS: 60, points: 10 };
    expect(await readWindows(sql, { ...reach, at: now })).toEqual({ now, watched: [] });
    const { now: present } = await readWindows(sql, { ...reach, at: null });
    expect(present.getTime()).toBeGreaterThan(now.getTime());
  });
});
