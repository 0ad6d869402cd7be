import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InsightsJson, insights, insightsTable } from '../../lib/flows/insights.js';
import { addComponent, addIncident, addRecovery } from '../support/flow-parts.js';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

const all = { windowS: null, component: null };

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

describe('insightsTable', () => {
  it('has one line for each figure of each table', async () => {
    const read: InsightsJson = await insights(stack.app, all);
    const lines = insightsTable(read);
    for (const line of lines) expect(line).toHaveLength(4);
    expect(lines).toContainEqual(['summary', '', 'prevented_failures', 1]);
    const tables = new Set(lines.map(([table]) => table));
    expect([...tables].sort()).toEqual([
      'most_interventions',
      'prediction_accuracy',
      'summary',
      'top_actions',
    ]);
  });
});
