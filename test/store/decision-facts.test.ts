import { beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryState } from '../../lib/domain/decide/recovery.js';
import { mergeSettings, recordStorm, setPaused } from '../../lib/store/control.js';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { recordDeployment } from '../../lib/store/deployments.js';
import { addFreeze } from '../../lib/store/freezes.js';
import {
  addComponent,
  addIncident,
  presentVersion,
  recoveryIn,
  storeDatabase,
} from './fixtures.js';

const { sql } = await storeDatabase();

const at = new Date('2026-03-01T12:00:00Z');
const hoursAgo = (hours: number): Date => new Date(at.getTime() - hours * 3_600_000);

beforeEach(async () => {
  await sql`truncate recoveries, incidents, deployments, freezes, components cascade`;
});

describe('readDecisionFacts', () => {
  it('answers a quiet installation, with the database clock and the present version', async () => {
    const facts = await readDecisionFacts(sql, null);
    expect(facts).toEqual({
      now: expect.any(Date),
      version: await presentVersion(sql),
      paused: false,
      pausedWhy: null,
      settings: {},
      stormSince: null,
      calmSince: null,
      components: 0,
      bad: 0,
      openIncidents: [],
      closedIncidents: [],
      unsureUpstreams: [],
      dependencies: [],
      commonCauses: [],
      predictedIncidents: [],
      providers: [],
      standbys: [],
      platforms: [],
      rules: [],
      incidentRules: [],
      freezes: [],
      deployments: [],
      recent: [],
    });
    const [clock] = await sql`
      select ${facts?.now.toISOString()}::timestamptz between now() - interval '5 minutes' and now() as present`;
    expect(clock).toEqual({ present: true });
  });

  it('takes the instant that it is given for now', async () => {
    expect((await readDecisionFacts(sql, at))?.now).toEqual(at);
  });

  it('answers the switch, the settings and the storm', async () => {
    await setPaused(sql, { paused: true, why: 'an audit', who: 'ann' });
    await mergeSettings(sql, { restartsPerHour: 1 }, 'ann');
    await recordStorm(sql, { stormSince: hoursAgo(2), calmSince: hoursAgo(1) });
    expect(await readDecisionFacts(sql, at)).toMatchObject({
      paused: true,
      pausedWhy: 'an audit',
      settings: { restartsPerHour: 1 },
      stormSince: hoursAgo(2),
      calmSince: hoursAgo(1),
    });
    await setPaused(sql, { paused: false, why: null, who: 'ann' });
  });

  it('counts the components that are there, and those with an open incident', async () => {
    const { id, name } = await addComponent(sql);
    const gone = await addComponent(sql);
    await addComponent(sql);
    await addIncident(sql, id);
    await addIncident(sql, gone.id);
    await sql`update components set removed_at = now() where id = ${gone.id}::int`;
    expect(await readDecisionFacts(sql, at)).toMatchObject({
      components: 2,
      bad: 1,
      openIncidents: [
        { component: name, since: expect.any(Date), isFailing: true, isOwnChange: false },
      ],
    });
    await sql`update incidents set closed_at = now(), closed_why = 'well'`;
    expect(await readDecisionFacts(sql, null)).toMatchObject({
      bad: 0,
      openIncidents: [],
      closedIncidents: [{ component: name, isFailing: true, closedAt: expect.any(Date) }],
    });
    await sql`update incidents set closed_at = now() - interval '61 minutes'`;
    expect(await readDecisionFacts(sql, null)).toMatchObject({ closedIncidents: [] });
  });

  it('knows what others depend on whose state is not good, and since when it is silent', async () => {
    const { id: web } = await addComponent(sql);
    const { id: mail } = await addComponent(sql);
    const names = ['well', 'hung', 'new', 'odd', 'elsewhere'];
    const silentSince = hoursAgo(1);
    const unknownSince = silentSince.getTime();
    const states = {
      well: ['healthy', { scores: [{}], unknownSince: null }],
      hung: ['unknown', { scores: [{}], unknownSince }],
      new: ['unknown', { scores: [], unknownSince }],
      odd: ['unknown', { scores: 'many', unknownSince: 'long ago' }],
    } as const;
    for (const [name, [state, memory]] of Object.entries(states)) {
      const { id } = await addComponent(sql);
      await sql`update components set name = ${name}::text where id = ${id}::int`;
      await sql`
        insert into component_state (component_id, memory, assessment, evidence, premise, assessed_at)
        values (
          ${id}::int, ${JSON.stringify(memory)}::jsonb, ${JSON.stringify({ state })}::jsonb, '{}', '{}',
          now())`;
    }
    await sql`
      update components set depends_on = ${names}::text[]
      where id = any (${[web, mail]}::int[])`;
    const facts = await readDecisionFacts(sql, null);
    expect(facts?.unsureUpstreams.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'elsewhere', silentSince: null },
      { name: 'hung', silentSince },
      { name: 'new', silentSince: null },
      { name: 'odd', silentSince: null },
    ]);
  });

  it.each([
    { from: 1, to: -1, inForce: true },
    { from: 0, to: -1, inForce: true },
    { from: 1, to: 0, inForce: false },
    { from: -1, to: -2, inForce: false },
  ])('knows a freeze from $from h ago until $to h ago: $inForce', async ({ from, to, inForce }) => {
    const { id, name } = await addComponent(sql);
    const freeze = { id: crypto.randomUUID(), why: 'a fair', who: 'ann', component: name };
    await addFreeze(sql, { ...freeze, startsAt: hoursAgo(from), endsAt: hoursAgo(to) });
    const facts = await readDecisionFacts(sql, at);
    expect(facts?.freezes).toEqual(
      inForce ? [{ componentId: id, group: null, why: 'a fair', until: hoursAgo(to) }] : [],
    );
  });

  it('counts those that fail at one provider together, whichever its parts they run on', async () => {
    const on = async (platform: string) => {
      const { id, name } = await addComponent(sql);
      await sql`
        update components set platform = jsonb_build_object('type', ${platform}::text)
        where id = ${id}::int`;
      return { id, name };
    };
    const service = await on('render');
    const database = await on('render_postgres');
    await on('render_postgres');
    await on('fly');
    for (const { id } of [service, database]) await addIncident(sql, id);
    const facts = await readDecisionFacts(sql, null);
    expect(facts?.platforms).toEqual([
      { platform: 'render', components: 3, failing: expect.any(Array) },
    ]);
    expect(facts?.platforms[0]?.failing.map(({ component }) => component).toSorted()).toEqual(
      [service.name, database.name].toSorted(),
    );
  });

  it('knows no freeze that was lifted', async () => {
    const freeze = { id: crypto.randomUUID(), why: 'a fair', who: 'ann', component: null };
    await addFreeze(sql, { ...freeze, startsAt: hoursAgo(1), endsAt: hoursAgo(-1) });
    await sql`update freezes set lifted_at = now()`;
    expect((await readDecisionFacts(sql, at))?.freezes).toEqual([]);
  });

  it('answers the newest of a component’s running deployments first', async () => {
    const { id } = await addComponent(sql);
    for (const [version, hours] of [
      ['v1', 30],
      ['v3', 1],
      ['v2', 20],
    ] as const) {
      await sql`
        insert into deployments (id, component_id, version, kind, phase, started_at)
        values (
          ${crypto.randomUUID()}::uuid, ${id}::int, ${version}::text, 'deployment', 'started',
          ${hoursAgo(hours).toISOString()}::timestamptz)`;
    }
    const { deployments } = (await readDecisionFacts(sql, at)) ?? { deployments: [] };
    expect(deployments.map(({ version }) => version)).toEqual(['v3', 'v2', 'v1']);
  });

  it('knows the deployments that run', async () => {
    const { id, name } = await addComponent(sql);
    const report = {
      component: name,
      kind: 'deployment',
      commit: null,
      platformRef: null,
      actor: null,
      oneWay: null,
    } as const;
    const start = (version: string) =>
      recordDeployment(sql, { ...report, id: crypto.randomUUID(), version, phase: 'started' });
    await start('v1');
    await recordDeployment(sql, {
      ...report,
      id: crypto.randomUUID(),
      version: 'v1',
      phase: 'failed',
    });
    await start('v2');
    expect((await readDecisionFacts(sql, at))?.deployments).toEqual([
      { componentId: id, version: 'v2', startedAt: expect.any(Date) },
    ]);
  });

  it.each<{ state: RecoveryState; ageH: number; counted: boolean }>([
    { state: 'planned', ageH: 48, counted: true },
    { state: 'awaiting_approval', ageH: 48, counted: true },
    { state: 'executing', ageH: 48, counted: true },
    { state: 'verifying', ageH: 48, counted: true },
    { state: 'succeeded', ageH: 1, counted: true },
    { state: 'failed', ageH: 24.9, counted: true },
    { state: 'undone', ageH: 1, counted: true },
    { state: 'succeeded', ageH: 25, counted: false },
    { state: 'failed', ageH: 26, counted: false },
    { state: 'skipped', ageH: 1, counted: false },
    { state: 'expired', ageH: 1, counted: false },
  ])('counts a recovery that is $state after $ageH h: $counted', async (row) => {
    const { id: componentId, name } = await addComponent(sql);
    await sql`update components set peer_group = 'web' where id = ${componentId}::int`;
    const incidentId = await addIncident(sql, componentId);
    const { id } = await recoveryIn(sql, row.state, { componentId, incidentId });
    const createdAt = hoursAgo(row.ageH).toISOString();
    await sql`
      update recoveries
      set created_at = ${createdAt}::timestamptz, started_at = null
      where id = ${id}::uuid`;
    const facts = await readDecisionFacts(sql, at);
    const ended = ['succeeded', 'failed', 'undone'].includes(row.state);
    expect(facts?.recent).toEqual(
      row.counted
        ? [
            {
              id,
              componentId,
              component: name,
              group: 'web',
              incidentId,
              action: 'restart',
              origin: 'automatic',
              state: row.state,
              beganAt: hoursAgo(row.ageH),
              actedAt: row.state === 'planned' ? null : expect.toSatisfy(() => true),
              endedAt: ended ? expect.any(Date) : null,
            },
          ]
        : [],
    );
  });

  it('takes the first attempt for when a recovery began', async () => {
    const { id } = await recoveryIn(sql, 'executing');
    const startedAt = hoursAgo(3).toISOString();
    await sql`update recoveries set started_at = ${startedAt}::timestamptz where id = ${id}::uuid`;
    expect((await readDecisionFacts(sql, at))?.recent).toMatchObject([{ beganAt: hoursAgo(3) }]);
  });

  it('answers null without a control row: nothing may be decided then', async () => {
    await sql`delete from control`;
    expect(await readDecisionFacts(sql, null)).toBeNull();
    await sql`insert into control (id) values (1)`;
  });
});
