import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InsightsJson, insights } from '../../lib/flows/insights.js';
import { insightsTable } from '../../lib/flows/insights-table.js';
import { addComponent, addIncident, addRecovery } from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

const all = { windowS: null, component: null };
const NEVER = Number.POSITIVE_INFINITY;

describe('insights', () => {
  it('of an installation that has done nothing are zeros, and null where nothing was measured', async () => {
    const read = await insights(stack.app, all);
    expect(read).toMatchObject({
      top_actions: [],
      most_interventions: [],
      prediction_accuracy: [],
      mttr_s: null,
      without_person: null,
      prevented_failures: { count: 0 },
    });
  });

  it('take a log with gaps as the reference document allows them', async () => {
    await stack.app.sql`
      insert into unified_brain (agent_name, action_type, output_data, success, metadata)
      values
        ('self_healing_system', null, null, null, null),
        ('self_healing_system', 'proactive_health_check', null, true, '[]'),
        ('self_healing_system', 'proactive_health_check', '{}', null, '{"component": "old"}'),
        (null, 'service_restart', '{}', true, '{}')`;
    const read = await insights(stack.app, all);
    expect(read.top_actions).toContainEqual(
      expect.objectContaining({ action_type: 'proactive_health_check', count: 2 }),
    );
    expect(read.prediction_accuracy).toMatchObject([{ predictions: 2, avg_probability: null }]);
    expect(() => insightsTable(read)).not.toThrow();
  });

  it('name the metrics that broke their records, with the newest word', async () => {
    const told = (component: string, output: object, ageS: number, metric: string | null) => stack
      .app.sql`
      insert into unified_brain (
        agent_name, action_type, input_data, output_data, success, metadata, executed_at)
      values (
        'self_healing_system', 'anomaly_detected', ${JSON.stringify({ metric })}::jsonb,
        ${JSON.stringify(output)}::jsonb, true, ${JSON.stringify({ component })}::jsonb,
        now() - make_interval(secs => ${ageS}::float8))`;
    const DAY_S = 86_400;
    await told('shop', { score: 0.9, text: 'older' }, 2 * DAY_S, 'queue_depth');
    await told('shop', { score: 0.6, text: 'newer' }, DAY_S, 'queue_depth');
    await told('shop', { score: 0.7, text: 'long ago' }, 8 * DAY_S, 'carts');
    await told('shop', { score: 'high' }, 60, 'queue_depth');
    await told('shop', { score: 0.7 }, 60, null);
    await told('web', { score: 0.8 }, 3 * DAY_S, 'carts');
    const [shop, web] = [
      expect.objectContaining({
        component: 'shop',
        metric: 'queue_depth',
        count: 2,
        last_score: 0.6,
        last_text: 'newer',
      }),
      expect.objectContaining({ component: 'web', metric: 'carts', count: 1, last_text: null }),
    ];
    const read = await insights(stack.app, all);
    expect(read.unusual_metrics).toEqual([shop, web]);
    expect(insightsTable(read)).toContainEqual(['unusual_metrics', 'shop/queue_depth', 'count', 2]);
    const one = await insights(stack.app, { windowS: 30 * DAY_S, component: 'shop' });
    expect(one.unusual_metrics).toEqual([shop, expect.objectContaining({ metric: 'carts' })]);
  });

  it('say how long failures lasted, and how many needed nobody', async () => {
    for (const [name, seconds, needsPerson] of [
      ['quick', 60, false],
      ['slow', 180, true],
    ] as const) {
      const incidentId = await addIncident(stack.app, await addComponent(stack, name));
      await stack.app.sql`
        update incidents
        set
          opened_at = now() - make_interval(secs => ${seconds}::float8), closed_at = now(),
          closed_why = 'a test', failed_at = opened_at, needs_person = ${needsPerson}::bool
        where id = ${incidentId}::uuid`;
    }
    const read = await insights(stack.app, all);
    expect(read.mttr_s).toBeCloseTo(120, 0);
    expect(read.without_person).toBe(0.5);
    const one = await insights(stack.app, { windowS: 3600, component: 'quick' });
    expect(one.mttr_s).toBeCloseTo(60, 0);
    expect(one.without_person).toBe(1);
  });

  it('count as prevented what was critical, acted on with success, and never failed', async () => {
    const componentId = await addComponent(stack, 'saved');
    const incidentId = await addIncident(stack.app, componentId);
    await addRecovery(stack.app, componentId, {
      incidentId,
      origin: 'automatic',
      state: 'succeeded',
      actedAgoS: 60,
      endedAgoS: 30,
    });
    const close = (failed: boolean) => stack.app.sql`
      update incidents
      set
        kind = 'predicted', failed_at = case when ${failed}::bool then now() end,
        closed_at = now(), closed_why = 'a test'
      where id = ${incidentId}::uuid`;
    await close(true);
    const failed = await insights(stack.app, { windowS: null, component: 'saved' });
    expect(failed.prevented_failures.count).toBe(0);
    await close(false);
    const saved = await insights(stack.app, { windowS: null, component: 'saved' });
    expect(saved.prevented_failures.count).toBe(1);
    expect(saved.prevented_failures.definition).toContain('upper bound');
  });
});

describe('insights, of the quality of predictions', () => {
  /** An alarm of a level so many hours ago, labelled as failed after so many, or as survived. */
  async function alarm(
    componentId: number,
    given: { hours: number; level: 'critical' | 'medium'; failedAfter: number; acted: boolean },
  ): Promise<void> {
    const { failedAfter, acted, level } = given;
    const at = new Date(Date.now() - given.hours * 3_600_000);
    const label = (h: number) => (acted ? null : Number(failedAfter <= h));
    const failed = Number.isFinite(failedAfter);
    const failedAt = failed ? new Date(at.getTime() + failedAfter * 3_600_000) : null;
    const actedAt = acted ? new Date(at.getTime() + 60_000) : null;
    await stack.app.sql`
      with kept as (
        insert into predictions (
          component_id, at, kind, share, level, raw_1h, raw_6h, raw_24h, p_1h, p_6h, p_24h,
          horizon_s, calibration, model)
        values (
          ${componentId}::int, ${at}::timestamptz, 'alarm', 0.5, ${level}::text, 0.9, 0.9,
          0.9, 0.75, 0.75, 0.75, 3600, 0, 'm')
        returning id
      )
      insert into outcomes (prediction_id, failed_1h, failed_6h, failed_24h, failed_at, acted_at)
      select
        id, ${label(1)}::int, ${label(6)}::int, ${label(24)}::int, ${failedAt}::timestamptz,
        ${actedAt}::timestamptz
      from kept`;
    if (failedAt === null) return;
    const id = await addIncident(stack.app, componentId);
    await stack.app.sql`
      update incidents
      set opened_at = ${failedAt}::timestamptz, failed_at = ${failedAt}::timestamptz,
        closed_at = ${failedAt}::timestamptz, closed_why = 'a test'
      where id = ${id}::uuid`;
  }

  it('counts alarms and failures of one component, with intervals, and null where there are none', async () => {
    const componentId = await addComponent(stack, 'measured');
    await alarm(componentId, { hours: 100, level: 'critical', failedAfter: 0.5, acted: false });
    await alarm(componentId, { hours: 90, level: 'critical', failedAfter: NEVER, acted: false });
    await alarm(componentId, { hours: 80, level: 'medium', failedAfter: 20, acted: false });
    await alarm(componentId, { hours: 50, level: 'critical', failedAfter: NEVER, acted: true });
    const read = await insights(stack.app, { windowS: null, component: 'measured' });
    const { '1h': first, '24h': last } = read.prediction_quality;
    expect(first).toMatchObject({
      precision: { value: 0.5, low: expect.closeTo(0.0945, 3), high: expect.closeTo(0.9055, 3) },
      true_alarms: 1,
      false_alarms: 1,
      acted_on: 1,
      acted_on_and_failed: 0,
      recall: { value: 0.5 },
      failures: 2,
      warned: 1,
      lead_s: { value: 1800, low: 1800, high: 1800 },
      outcomes: 3,
      brier: { value: expect.closeTo((0.0625 + 2 * 0.5625) / 3, 9) },
    });
    expect(last).toMatchObject({ true_alarms: 2, warned: 2, recall: { value: 1 } });
    expect(last.reliability).toEqual([
      { said: expect.closeTo(0.75, 9), came: expect.closeTo(2 / 3, 9), outcomes: 3 },
    ]);
    expect(read.prevented_failures).toMatchObject({
      count: 0,
      share: { value: 0 },
      against_control: { prevented: { value: 0.5 }, acted_on: 1, left_alone: 2 },
    });
    expect(insightsTable(read)).toContainEqual(['prediction_quality', '1h', 'precision', 0.5]);
  });

  it('knows nothing of an hour in which nothing was predicted', async () => {
    const { prediction_quality } = await insights(stack.app, { windowS: 60, component: null });
    expect(prediction_quality['6h']).toMatchObject({ precision: null, lead_s: null, brier: null });
  });
});

describe('insightsTable', () => {
  it('has one line for each figure of each table', async () => {
    const read: InsightsJson = await insights(stack.app, all);
    const lines = insightsTable(read);
    for (const line of lines) expect(line).toHaveLength(4);
    expect(lines).toContainEqual(['summary', '', 'prevented_failures', 1]);
    expect(lines).toContainEqual(['prediction_quality', '6h', 'precision_low', expect.any(Number)]);
    expect(lines).toContainEqual(['prediction_quality', '6h', 'false_alarms', 1]);
    const tables = new Set(lines.map(([table]) => table));
    expect([...tables].sort()).toEqual([
      'most_interventions',
      'prediction_accuracy',
      'prediction_quality',
      'summary',
      'top_actions',
      'unusual_metrics',
    ]);
  });
});
