import { beforeEach, describe, expect, it } from 'vitest';
import { readInsights } from '../../lib/store/insights.js';
import type { InsightsFilter } from '../../lib/store/insights-filter.js';
import { addComponent, addIncident, recoveryIn, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

const ALL: InsightsFilter = { windowS: null, component: null };
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

beforeEach(async () => {
  await sql`truncate unified_brain, recoveries, incidents, components cascade`;
});

/** A row of the log, so many seconds old. */
async function log(row: {
  action: string;
  component: string;
  ageS: number;
  success?: boolean;
  agent?: string;
  output?: object;
}): Promise<void> {
  const { action, component, ageS, success = true } = row;
  const { agent = 'enhanced_self_healing', output = {} } = row;
  await sql`
    insert into unified_brain (
      agent_name, action_type, input_data, output_data, success, metadata, executed_at)
    values (
      ${agent}::text, ${action}::text, '{}', ${JSON.stringify(output)}::jsonb, ${success}::bool,
      ${JSON.stringify({ component })}::jsonb, now() - make_interval(secs => ${ageS}::float8))`;
}

/** An incident, opened so many seconds ago and closed after some; null leaves it open. */
async function incident(of: {
  kind: 'predicted' | 'failing';
  openedS: number;
  tookS: number | null;
  severity?: 'critical' | 'high';
  needsPerson?: boolean;
  componentId?: number;
}): Promise<{ id: string; componentId: number }> {
  const { kind, openedS, tookS, severity = 'critical', needsPerson = false } = of;
  const componentId = of.componentId ?? (await addComponent(sql)).id;
  const id = await addIncident(sql, componentId, { kind, severity });
  await sql`
    update incidents
    set
      opened_at = now() - make_interval(secs => ${openedS}::float8),
      closed_at = now() - make_interval(secs => ${openedS}::float8 - ${tookS}::float8),
      closed_why = case when ${tookS}::float8 is not null then 'well again' end,
      needs_person = ${needsPerson}::bool
    where id = ${id}::uuid`;
  return { id, componentId };
}

/** A recovery of an incident that began with it. */
async function acted(
  of: { id: string; componentId: number },
  state: 'succeeded' | 'failed',
  changes: { origin?: 'automatic' | 'person'; approvedBy?: string | null; step?: number } = {},
): Promise<void> {
  const { origin = 'automatic', approvedBy = null, step = 0 } = changes;
  const { id } = await recoveryIn(sql, state, { componentId: of.componentId, origin });
  await sql`
    update recoveries
    set
      incident_id = ${of.id}::uuid, step = ${step}::int, approved_by = ${approvedBy}::text,
      created_at = (select opened_at from incidents where incidents.id = ${of.id}::uuid)
    where id = ${id}::uuid`;
}

describe('readInsights, top actions', () => {
  it('counts each action of the last day, the most frequent first', async () => {
    for (const success of [true, true, false, true]) {
      await log({ action: 'service_restart', component: 'shop', ageS: HOUR_S, success });
    }
    await log({
      action: 'automatic_rollback',
      component: 'till',
      ageS: 23 * HOUR_S,
      success: false,
    });
    await log({ action: 'automatic_rollback', component: 'till', ageS: 25 * HOUR_S });
    await log({ action: 'chat', component: 'shop', ageS: 60, agent: 'somebody_else' });
    const { top_actions } = await readInsights(sql, ALL);
    expect(top_actions).toEqual([
      { action_type: 'service_restart', count: 4, successes: 3, success_rate: 0.75 },
      { action_type: 'automatic_rollback', count: 1, successes: 0, success_rate: 0 },
    ]);
  });

  it('looks at the window and the component that are asked for', async () => {
    await log({ action: 'service_restart', component: 'shop', ageS: 2 * HOUR_S });
    await log({ action: 'service_restart', component: 'till', ageS: 60 });
    const counts = async (filter: Partial<InsightsFilter>) =>
      (await readInsights(sql, { ...ALL, ...filter })).top_actions.map(({ count }) => count);
    expect(await counts({})).toEqual([2]);
    expect(await counts({ windowS: HOUR_S })).toEqual([1]);
    expect(await counts({ component: 'shop' })).toEqual([1]);
    expect(await counts({ component: 'shop', windowS: HOUR_S })).toEqual([]);
  });
});

describe('readInsights, most interventions', () => {
  it('counts the rows of each component of the last week, actions apart from checks', async () => {
    await log({ action: 'service_restart', component: 'shop', ageS: DAY_S });
    await log({ action: 'memory_leak_cleanup', component: 'shop', ageS: 2 * DAY_S });
    await log({ action: 'memory_leak_cleanup', component: 'shop', ageS: 6 * DAY_S });
    await log({
      action: 'proactive_health_check',
      component: 'till',
      ageS: DAY_S,
      agent: 'self_healing_system',
    });
    await log({ action: 'service_restart', component: 'old', ageS: 8 * DAY_S });
    const { most_interventions } = await readInsights(sql, ALL);
    expect(most_interventions).toEqual([
      {
        component: 'shop',
        interventions: 3,
        actions_taken: ['memory_leak_cleanup', 'service_restart'],
        actions: 3,
      },
      {
        component: 'till',
        interventions: 1,
        actions_taken: ['proactive_health_check'],
        actions: 0,
      },
    ]);
  });

  it('answers ten components at most', async () => {
    for (let i = 0; i < 11; i += 1) await log({ action: 'a', component: `c${i}`, ageS: 60 });
    expect((await readInsights(sql, ALL)).most_interventions).toHaveLength(10);
  });
});

describe('readInsights, prediction accuracy', () => {
  it('averages the probabilities of each day, and counts those above a half', async () => {
    const agent = 'self_healing_system';
    const check = (ageS: number, probability: number) =>
      log({
        action: 'proactive_health_check',
        component: 'shop',
        agent,
        ageS,
        output: { failure_probability: probability },
      });
    const [{ today } = {}] = await sql`
      select extract(epoch from now() - date_trunc('day', now(), 'UTC'))::float8 as today`;
    const noonOf = (daysAgo: number): number => Number(today) + (daysAgo - 0.5) * DAY_S;
    for (const probability of [0.1, 0.5, 0.9]) await check(noonOf(1), probability);
    await check(noonOf(2), 0.51);
    await check(noonOf(40), 0.9);
    await log({ action: 'service_restart', component: 'shop', ageS: noonOf(1) });
    const { prediction_accuracy } = await readInsights(sql, ALL);
    expect(prediction_accuracy).toEqual([
      {
        date: expect.any(String),
        predictions: 3,
        avg_probability: expect.closeTo(0.5, 10),
        critical_warnings: 1,
      },
      { date: expect.any(String), predictions: 1, avg_probability: 0.51, critical_warnings: 1 },
    ]);
    const [later, earlier] = prediction_accuracy.map(({ date }) => Date.parse(date));
    expect((later ?? 0) - (earlier ?? 0)).toBe(DAY_S * 1000);
  });
});

describe('readInsights, summary', () => {
  it('measures nothing where nothing happened', async () => {
    expect((await readInsights(sql, ALL)).summary).toEqual({
      incidents: 0,
      closed: 0,
      failing_closed: 0,
      mttr_s: null,
      failed: 0,
      predicted_closed: 0,
      predicted_duration_s: null,
      needed_person: 0,
      prevented: 0,
      acted_on: 0,
      actions: 0,
      succeeded: 0,
    });
  });

  it('takes the mean time to repair of what was failing, from opening to closing', async () => {
    await incident({ kind: 'failing', openedS: 9000, tookS: 600 });
    await incident({ kind: 'failing', openedS: 9000, tookS: 1200 });
    await incident({ kind: 'failing', openedS: 9000, tookS: null });
    await incident({ kind: 'predicted', openedS: 9000, tookS: 300 });
    await incident({ kind: 'failing', openedS: 31 * DAY_S, tookS: 60 });
    const { summary } = await readInsights(sql, ALL);
    expect(summary).toMatchObject({
      incidents: 4,
      closed: 3,
      failing_closed: 2,
      mttr_s: expect.closeTo(900, 3),
      predicted_closed: 1,
      predicted_duration_s: expect.closeTo(300, 3),
    });
  });

  it.each([
    {
      what: 'nobody was asked',
      needsPerson: false,
      origin: 'automatic',
      approvedBy: null,
      needed: 0,
    },
    {
      what: 'a person was asked',
      needsPerson: true,
      origin: 'automatic',
      approvedBy: null,
      needed: 1,
    },
    {
      what: 'a person said yes',
      needsPerson: false,
      origin: 'automatic',
      approvedBy: 'ann',
      needed: 1,
    },
    { what: 'a person acted', needsPerson: false, origin: 'person', approvedBy: null, needed: 1 },
  ] as const)('counts $needed as in need of a person where $what', async (row) => {
    const { needsPerson, origin, approvedBy, needed } = row;
    const one = await incident({ kind: 'failing', openedS: 900, tookS: 600, needsPerson });
    await acted(one, 'succeeded', { origin, approvedBy });
    expect((await readInsights(sql, ALL)).summary).toMatchObject({ needed_person: needed });
  });

  it('counts what a person did between two incidents for neither', async () => {
    const first = await incident({ kind: 'failing', openedS: 9000, tookS: 600 });
    await incident({ kind: 'failing', openedS: 900, tookS: 600, componentId: first.componentId });
    const { id } = await recoveryIn(sql, 'succeeded', {
      componentId: first.componentId,
      origin: 'person',
    });
    await sql`
      update recoveries set created_at = now() - interval '4000 seconds' where id = ${id}::uuid`;
    expect((await readInsights(sql, ALL)).summary).toMatchObject({ closed: 2, needed_person: 0 });
  });

  it.each([
    { what: 'predicted as critical, healed, closed', counted: 1 },
    { what: 'predicted as high', severity: 'high', counted: 0 },
    { what: 'not healed', state: 'failed', counted: 0 },
    { what: 'failing', kind: 'failing', counted: 0 },
    { what: 'open still', tookS: null, counted: 0 },
  ] as const)('counts $counted as prevented of one that was $what', async (row) => {
    const { kind, severity, state, tookS } = {
      kind: 'predicted',
      severity: 'critical',
      state: 'succeeded',
      tookS: 600,
      ...row,
    } as const;
    const one = await incident({ kind, severity, openedS: 900, tookS });
    await acted(one, state);
    expect((await readInsights(sql, ALL)).summary).toMatchObject({ prevented: row.counted });
  });

  it('counts as acted on and as actions what was carried out, of one component where asked', async () => {
    const one = await incident({ kind: 'failing', openedS: 900, tookS: 600 });
    const other = await incident({ kind: 'failing', openedS: 900, tookS: null });
    await incident({ kind: 'failing', openedS: 900, tookS: 600 });
    await acted(one, 'failed');
    await acted(one, 'succeeded', { step: 1 });
    await acted(other, 'failed');
    await recoveryIn(sql, 'skipped');
    const all = await readInsights(sql, ALL);
    expect(all.summary).toMatchObject({ incidents: 3, acted_on: 2, actions: 3, succeeded: 1 });
    const [{ name } = {}] = await sql`
      select name from components where id = ${one.componentId}::int`;
    const { summary } = await readInsights(sql, { ...ALL, component: String(name) });
    expect(summary).toMatchObject({ incidents: 1, acted_on: 1, actions: 2, succeeded: 1 });
  });

  it('looks at the window that is asked for', async () => {
    await incident({ kind: 'failing', openedS: 2 * HOUR_S, tookS: 60 });
    const count = async (windowS: number) =>
      (await readInsights(sql, { ...ALL, windowS })).summary.incidents;
    expect(await count(3 * HOUR_S)).toBe(1);
    expect(await count(HOUR_S)).toBe(0);
  });
});
