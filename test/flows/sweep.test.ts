import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import { sweep } from '../../lib/flows/sweep.js';
import type { Channel } from '../../lib/notify/channel.js';
import { leaseShard } from '../../lib/store/component-state.js';
import type { Row, Statement } from '../../lib/store/sql.js';
import {
  addComponent,
  addIncident,
  addRecovery,
  overtaken,
  RESTART_PLAN,
  reread,
} from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let tick = 1;

beforeAll(async () => {
  // A shard for every two components; an interval that does not pass by itself.
  flows = await startFlowStack({ shardSize: 2, intervalS: 3600 });
});

afterAll(() => flows.close());

beforeEach(async () => {
  tick += 1;
  flows.sent.length = 0;
  await flows.app.sql`update sweep_shards set leased_until = now()`;
  await flows.app.sql`update control set last_sweep_at = now()`;
});

async function send(component: string, values: object = {}): Promise<void> {
  const samples = Array.from({ length: 20 }, (_, i) => ({
    at: new Date(Date.now() - i * 1000).toISOString(),
    cpu_usage: 20,
    error_rate: 0.001,
    ...values,
  }));
  await flows.stack.call('POST', '/api/ingest', { component, samples });
}

const cycles = () => flows.app.sql`
  select output_data
  from unified_brain
  where action_type = 'reconciliation_cycle'
  and (input_data ->> 'tick')::bigint = ${tick}::bigint`;

const shardsOf = (app: App) => app.sql`
  select distinct (id - 1) / 2 as shard from components where removed_at is null order by shard`;

/** The application, with a database that fails in the middle of one shard's sweep. */
function failing(shard: number): App {
  const { sql } = flows.app;
  const transaction = async (statements: readonly Statement[]): Promise<Row[][]> => {
    const [lease] = await sql`
      select leased_until > now() as held from sweep_shards where shard = ${shard}::int`;
    if (lease?.['held'] === true) throw new Error('a statement failed');
    return sql.transaction(statements);
  };
  const tag = (strings: TemplateStringsArray, ...values: unknown[]) => sql(strings, ...values);
  return { ...flows.app, sql: Object.assign(tag, { transaction }) };
}

describe('sweep', () => {
  it('says so of an installation without components', async () => {
    expect(await sweep(flows.app, { tick })).toMatchObject({ assessed: 0, warned: 0, planned: 0 });
    expect(await cycles()).toHaveLength(1);
  });

  it('assesses each component once per interval, however many sweeps overlap', async () => {
    for (const name of ['swept-1', 'swept-2', 'swept-3']) {
      await addComponent(flows.stack, name);
      await send(name, name === 'swept-2' ? { error_rate: 0.5 } : {});
    }
    const all = await Promise.all(Array.from({ length: 6 }, () => sweep(flows.app, { tick })));
    expect(all.reduce((sum, { assessed }) => sum + assessed, 0)).toBe(3);
    expect((await sweep(flows.app, { tick })).assessed).toBe(0);
    expect(await cycles()).toHaveLength(1);
    const incidents = await flows.app.sql`
      select components.name, incidents.kind
      from incidents
      join components on components.id = incidents.component_id`;
    expect(incidents).toEqual([{ name: 'swept-2', kind: 'failing' }]);
    const history = await flows.app.sql`
      select count(*)::int as rows
      from ai_proactive_health
      where is_current`;
    expect(history).toEqual([{ rows: 3 }]);
  });

  it('hands shards out, a message each, and decides only once all of them are assessed', async () => {
    for (const name of ['more-1', 'more-2', 'more-3']) await addComponent(flows.stack, name);
    const shards = (await shardsOf(flows.app)).map((row) => Number(row['shard']));
    expect(shards.length).toBeGreaterThan(2);
    expect(await sweep(flows.app, { tick })).toMatchObject({ assessed: 0, shards: shards.length });
    expect(flows.sent.map(({ body }) => body)).toEqual(
      shards.map((shard) => ({ shards: [shard], tick })),
    );
    expect(flows.sent.every(({ retries }) => retries === 0)).toBe(true);
    for (const shard of shards.slice(1)) {
      await sweep(flows.app, { shards: [shard], tick });
      expect(await cycles()).toEqual([]);
    }
    await sweep(flows.app, { shards: [shards[0] ?? 0], tick });
    expect(await cycles()).toHaveLength(1);
  });

  it('decides once, whichever shards end at the same instant', async () => {
    const shards = (await shardsOf(flows.app)).map((row) => Number(row['shard']));
    await Promise.all(shards.map((shard) => sweep(flows.app, { shards: [shard], tick })));
    expect(await cycles()).toHaveLength(1);
  });

  it('sweeps by itself what the queue does not take', async () => {
    const publish = async () => {
      throw new Error('the queue is away');
    };
    const app = { ...flows.app, queue: { ...flows.app.queue, publish } };
    const { assessed, shards } = await sweep(app, { tick });
    expect(shards).toBeUndefined();
    expect(assessed).toBe(6);
    expect(await cycles()).toHaveLength(1);
  });

  it('does not count a shard as assessed whose sweep failed, and lets it be swept again at once', async () => {
    const shards = (await shardsOf(flows.app)).map((row) => Number(row['shard']));
    const [bad = 0, ...good] = shards;
    await expect(sweep(failing(bad), { shards: [bad], tick })).rejects.toThrow(
      'a statement failed',
    );
    for (const shard of good) await sweep(flows.app, { shards: [shard], tick });
    expect(await cycles()).toEqual([]);
    expect((await sweep(flows.app, { shards: [bad], tick })).assessed).toBe(2);
    expect(await cycles()).toHaveLength(1);
  });

  it('does not count a shard as assessed whose worker was killed, however long ago', async () => {
    const shards = (await shardsOf(flows.app)).map((row) => Number(row['shard']));
    const [dead = 0, ...good] = shards;
    expect(await leaseShard(flows.app.sql, { shard: dead, tick, leaseS: 0 })).not.toBeNull();
    for (const shard of good) await sweep(flows.app, { shards: [shard], tick });
    expect(await cycles()).toEqual([]);
    expect((await sweep(flows.app, { shards: [dead], tick })).assessed).toBe(2);
    expect(await cycles()).toHaveLength(1);
  });

  it('decides with what there is when the whole is late by three intervals', async () => {
    const shards = (await shardsOf(flows.app)).map((row) => Number(row['shard']));
    await flows.app.sql`update control set last_sweep_at = now() - interval '4 hours'`;
    await sweep(flows.app, { shards: shards.slice(1), tick });
    expect(await cycles()).toHaveLength(1);
  });

  it('writes nothing of a shard whose lease was taken over in the middle', async () => {
    const [first] = await shardsOf(flows.app);
    const shard = Number(first?.['shard']);
    const slow = overtaken(flows.app, async () => {
      await flows.app.sql`update sweep_shards set leased_until = now() where shard = ${shard}::int`;
      await sweep(flows.app, { shards: [shard], tick: tick + 1 });
    });
    expect((await sweep(slow, { shards: [shard], tick })).assessed).toBe(0);
    const rows = await flows.app.sql`
      select distinct component_state.generation = sweep_shards.generation as present
      from component_state
      join sweep_shards on sweep_shards.shard = ${shard}::int
      where (component_state.component_id - 1) / 2 = ${shard}::int`;
    expect(rows).toEqual([{ present: true }]);
    tick += 1;
  });

  /** An application whose database fails at statements that hold a text. */
  function failingAt(app: App, text: string): App {
    const tag = (strings: TemplateStringsArray, ...values: unknown[]) => {
      if (strings.join('').includes(text)) throw new Error('the database is away');
      return app.sql(strings, ...values);
    };
    return { ...app, sql: Object.assign(tag, { transaction: app.sql.transaction }) };
  }

  it.each([
    ['assessing', 'from metric_samples', '1 second'],
    ['deciding', 'recoveries as worse', '4 hours'],
  ])('ends what nobody answered, and has people told, though %s fails', async (what, at, since) => {
    const one = await addComponent(flows.stack, `${what}-1`);
    const other = await addComponent(flows.stack, `${what}-2`);
    await flows.app.sql`update control set last_sweep_at = now() - ${since}::interval`;
    const unreadable = await addIncident(flows.app, one);
    await addIncident(flows.app, other);
    const waiting = { state: 'awaiting_approval', approveInS: -1 } as const;
    const { id } = await addRecovery(flows.app, other, waiting);
    await flows.app.sql`update incidents set plan = '{}' where id = ${unreadable}::uuid`;
    const channel: Channel = { name: 'slack', tell: async () => ({ kind: 'gone' }) };
    const notify = { ...flows.app.notify, channels: [channel] };
    const lines: object[] = [];
    const log = (line: object) => void lines.push(line);
    const app = failingAt({ ...flows.app, notify, log }, at);
    const shards = (await shardsOf(flows.app)).map((row) => Number(row['shard']));
    await expect(sweep(app, { shards, tick })).rejects.toThrow();
    expect((await reread(flows.app, id)).state).toBe('expired');
    expect(flows.sent).toContainEqual(expect.objectContaining({ body: { tell: true } }));
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'row_not_readable', id: unreadable }),
    );
    expect(await cycles()).toEqual([]);
    await flows.app.sql`
      update incidents set closed_at = now(), closed_why = 'the test is over', plan = ${JSON.stringify(RESTART_PLAN)}::jsonb
      where closed_at is null`;
    await flows.app
      .sql`update components set removed_at = now() where id in (${one}::int, ${other}::int)`;
  });

  it('assesses the others when the incident of one cannot be read, and leaves that open', async () => {
    const [row] = await flows.app.sql`select id from components where name = 'swept-1'`;
    const unreadable = await addIncident(flows.app, Number(row?.['id']));
    await flows.app.sql`update incidents set plan = '{}' where id = ${unreadable}::uuid`;
    const publish = () => Promise.reject(new Error('away'));
    const app = { ...flows.app, queue: { ...flows.app.queue, publish } };
    expect((await sweep(app, { tick })).assessed).toBe(5);
    const open = await flows.app.sql`
      select id::text from incidents where component_id = ${row?.['id']}::int and closed_at is null`;
    expect(open).toEqual([{ id: unreadable }]);
    await flows.app.sql`
      update incidents set closed_at = now(), closed_why = 'the test is over', plan = ${JSON.stringify(RESTART_PLAN)}::jsonb
      where id = ${unreadable}::uuid`;
  });

  it('assesses the others when one component cannot be', async () => {
    await flows.app.sql`
      update component_state
      set memory = '{"scores": 5}'
      from components
      where components.id = component_state.component_id
      and components.name = 'swept-1'`;
    const lines: object[] = [];
    const app = {
      ...flows.app,
      log: (line: object) => void lines.push(line),
      queue: { ...flows.app.queue, publish: () => Promise.reject(new Error('away')) },
    };
    expect((await sweep(app, { tick })).assessed).toBe(5);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'not_assessed', component: 'swept-1' }),
    );
  });
});

describe('sweep, when the length of its interval is changed', () => {
  const settingsOf = (intervalS: number): App => ({
    ...flows.app,
    baseSettings: { ...flows.app.baseSettings, intervalS },
  });
  const assessed = async (intervalS: number, at: string): Promise<number> => {
    const app = { ...settingsOf(intervalS), at: new Date(at) };
    await flows.app.sql`update sweep_shards set leased_until = now()`;
    return (await sweep(app, {})).assessed;
  };

  it('goes on sweeping', async () => {
    await flows.app.sql`update components set removed_at = now()`;
    await addComponent(flows.stack, 'paced', {});
    await flows.app.sql`delete from sweep_shards`;
    expect(await assessed(60, '2026-06-01T12:00:10Z')).toBe(1);
    expect(await assessed(60, '2026-06-01T12:00:50Z')).toBe(0);
    expect(await assessed(300, '2026-06-01T12:05:10Z')).toBe(1);
    expect(await assessed(45, '2026-06-01T12:06:00Z')).toBe(1);
    expect(await assessed(900, '2026-06-01T12:15:00Z')).toBe(1);
  });

  it('refuses an interval that is still to come, which would end all sweeps until then', async () => {
    await expect(sweep(flows.app, { tick: 9e15 })).rejects.toMatchObject({ code: 'invalid' });
    const soon = Math.floor(Date.now() / 1000) + 2 * 3600;
    await expect(sweep(flows.app, { tick: soon })).rejects.toMatchObject({ code: 'invalid' });
  });
});
