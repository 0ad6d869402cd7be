import { describe, expect, it } from 'vitest';
import {
  type DeploymentReport,
  listDeployments,
  recordDeployment,
} from '../../lib/store/deployments.js';
import { addComponent, presentVersion, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

function report(component: string, changes: Partial<DeploymentReport> = {}): DeploymentReport {
  return {
    id: crypto.randomUUID(),
    component,
    version: 'v1',
    kind: 'deployment',
    phase: 'started',
    commit: null,
    platformRef: null,
    actor: null,
    oneWay: null,
    ...changes,
  };
}

const of = (id: number) => listDeployments(sql, { componentIds: [id], limit: 10 });

describe('recordDeployment', () => {
  it('records a start, and its end in the same row with what the end adds', async () => {
    const { id, name } = await addComponent(sql);
    const start = report(name, { commit: 'abc', actor: 'ann' });
    expect(await recordDeployment(sql, start)).toEqual([{ id: start.id }]);
    expect(await of(id)).toMatchObject([{ id: start.id, phase: 'started', endedAt: null }]);
    const end = report(name, { phase: 'finished', platformRef: 'dep-1' });
    expect(await recordDeployment(sql, end)).toEqual([{ id: start.id }]);
    expect(await of(id)).toEqual([
      {
        id: start.id,
        componentId: id,
        component: name,
        version: 'v1',
        kind: 'deployment',
        phase: 'finished',
        commit: 'abc',
        oneWay: null,
        platformRef: 'dep-1',
        actor: 'ann',
        startedAt: expect.any(Date),
        endedAt: expect.any(Date),
      },
    ]);
  });

  it('records one running for ten pipelines that start the same version at once', async () => {
    const { id, name } = await addComponent(sql);
    const recorded = await race(
      database,
      'select 1 from control where id = 1 for update',
      times(10, () => recordDeployment(sql, report(name))),
    );
    const found = await of(id);
    expect(found).toHaveLength(1);
    // Whoever came while it was being recorded is answered nothing, and asks again.
    expect(recorded.flat()).toEqual([{ id: found[0]?.id }]);
    expect(await recordDeployment(sql, report(name))).toEqual([{ id: found[0]?.id }]);
  });

  it('finds the running one when a start is repeated', async () => {
    const { name } = await addComponent(sql);
    const first = report(name);
    await recordDeployment(sql, first);
    expect(await recordDeployment(sql, report(name))).toEqual([{ id: first.id }]);
  });

  it('records an end without a start as begun and ended now', async () => {
    const { id, name } = await addComponent(sql);
    await recordDeployment(sql, report(name, { phase: 'failed' }));
    const [found] = await of(id);
    expect(found).toMatchObject({ phase: 'failed' });
    expect(found?.endedAt).toEqual(found?.startedAt);
  });

  it('finds the last end when that is repeated, with a start or without', async () => {
    const { id, name } = await addComponent(sql);
    const finished = () => report(name, { phase: 'finished' });
    const first = await recordDeployment(sql, finished());
    expect(await recordDeployment(sql, finished())).toEqual(first);
    await recordDeployment(sql, report(name, { version: 'v2' }));
    const [second] = await recordDeployment(sql, report(name, { version: 'v2', phase: 'failed' }));
    expect(await recordDeployment(sql, report(name, { version: 'v2', phase: 'failed' }))).toEqual([
      second,
    ]);
    expect(await of(id)).toHaveLength(2);
  });

  it('records the same end anew after another, and after ten minutes', async () => {
    const { id, name } = await addComponent(sql);
    const end = (version: string, phase: 'finished' | 'failed' = 'finished') =>
      recordDeployment(sql, report(name, { version, phase }));
    await end('v1');
    await end('v2');
    await end('v2', 'failed');
    await end('v1');
    expect(await of(id)).toHaveLength(4);
    await sql`
      update deployments set ended_at = ended_at - interval '11 minutes'
      where component_id = ${id}::int`;
    await end('v1');
    expect(await of(id)).toHaveLength(5);
  });

  it('keeps versions and kinds apart, and one that ran before', async () => {
    const { id, name } = await addComponent(sql);
    await recordDeployment(sql, report(name));
    await recordDeployment(sql, report(name, { phase: 'finished' }));
    await recordDeployment(sql, report(name));
    await recordDeployment(sql, report(name, { version: 'v2' }));
    await recordDeployment(sql, report(name, { kind: 'config' }));
    await recordDeployment(sql, report(name, { phase: 'finished', kind: 'config' }));
    const found = (await of(id)).map(({ version, kind, phase }) => `${version} ${kind} ${phase}`);
    expect(found.toSorted()).toEqual([
      'v1 config finished',
      'v1 deployment finished',
      'v1 deployment started',
      'v2 deployment started',
    ]);
  });

  it('raises the decision version', async () => {
    const { name } = await addComponent(sql);
    const version = await presentVersion(sql);
    await recordDeployment(sql, report(name));
    expect(await presentVersion(sql)).toBe(String(Number(version) + 1));
  });

  it('answers nothing for a component that there is not, or that was removed', async () => {
    const { name } = await addComponent(sql);
    await sql`update components set removed_at = now() where name = ${name}::text`;
    expect(await recordDeployment(sql, report('nobody'))).toEqual([]);
    expect(await recordDeployment(sql, report(name))).toEqual([]);
  });
});

describe('listDeployments', () => {
  it('answers the newest first: one, those of some components, or all', async () => {
    const [one, two] = [await addComponent(sql), await addComponent(sql)];
    const reports = [report(one.name), report(two.name), report(one.name, { version: 'v2' })];
    for (const each of reports) await recordDeployment(sql, each);
    const [first = '', second = '', third = ''] = reports.map(({ id }) => id);
    const ids = async (filter: Parameters<typeof listDeployments>[1]) =>
      (await listDeployments(sql, filter)).map(({ id }) => id);
    expect(await ids({ id: second, limit: 10 })).toEqual([second]);
    expect(await ids({ componentIds: [one.id], limit: 10 })).toEqual([third, first]);
    expect(await ids({ componentIds: [], limit: 10 })).toEqual([]);
    await recordDeployment(sql, report(one.name, { phase: 'finished' }));
    expect(await ids({ componentIds: [one.id], phase: 'finished', limit: 10 })).toEqual([first]);
    expect(await ids({ limit: 2 })).toEqual([third, second]);
  });

  it.each([
    { what: 'ended within it', started: 7200, ended: 3500, found: true },
    { what: 'ended before it', started: 7200, ended: 3700, found: false },
    { what: 'began within it and runs', started: 3500, ended: null, found: true },
    { what: 'began before it and runs', started: 3700, ended: null, found: false },
  ])('says of one that $what, of an hour: $found', async ({ started, ended, found }) => {
    const { id, name } = await addComponent(sql);
    await recordDeployment(sql, report(name));
    await sql`
      update deployments
      set
        started_at = now() - make_interval(secs => ${started}::float8),
        ended_at = now() - make_interval(secs => ${ended}::float8),
        phase = case when ${ended}::float8 is null then 'started' else 'finished' end
      where component_id = ${id}::int`;
    const within = await listDeployments(sql, { componentIds: [id], withinS: 3600, limit: 10 });
    expect(within).toHaveLength(found ? 1 : 0);
  });
});
