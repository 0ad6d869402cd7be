import { describe, expect, it } from 'vitest';
import { addHealthHistory, type HealthRow, putCurrentHealth } from '../../lib/store/health.js';
import { storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

function row(changes: Partial<HealthRow> = {}): HealthRow {
  return {
    component: crypto.randomUUID(),
    score: 61.5,
    trend: 'declining',
    predictedFailureAt: new Date('2026-03-01T13:00:00Z'),
    probability: 0.4,
    metrics: { cpu_usage: 91 },
    warnings: ['Metrics trending downward'],
    state: 'degraded',
    reasons: ['CPU trending to exhaustion'],
    ...changes,
  };
}

const rowsOf = (component: string) => sql`
  select
    health_score, trend, predicted_failure_time, failure_probability, metrics, warnings, state,
    reasons, is_current, xmin::text as written
  from ai_proactive_health
  where component = ${component}::text
  order by created_at`;

describe('putCurrentHealth', () => {
  it('keeps one current row of a component', async () => {
    const one = row();
    await putCurrentHealth(sql, [one]);
    await putCurrentHealth(sql, [{ ...one, score: 40, warnings: [] }]);
    expect(await rowsOf(one.component)).toEqual([
      {
        health_score: 40,
        trend: 'declining',
        predicted_failure_time: one.predictedFailureAt,
        failure_probability: 0.4,
        metrics: { cpu_usage: 91 },
        warnings: [],
        state: 'degraded',
        reasons: ['CPU trending to exhaustion'],
        is_current: true,
        written: expect.any(String),
      },
    ]);
  });

  it('leaves a row alone that says the same already', async () => {
    const one = row();
    await putCurrentHealth(sql, [one]);
    const before = await rowsOf(one.component);
    await putCurrentHealth(sql, [one]);
    expect(await rowsOf(one.component)).toEqual(before);
  });

  it.each<Partial<HealthRow>>([
    { score: 61 },
    { score: null },
    { trend: 'stable' },
    { probability: 0.5 },
    { metrics: { cpu_usage: 92 } },
    { warnings: [] },
    { state: 'unknown' },
  ])('writes a row anew when it says %j', async (change) => {
    const one = row();
    await putCurrentHealth(sql, [one]);
    const [before] = await rowsOf(one.component);
    await putCurrentHealth(sql, [{ ...one, ...change }]);
    const [after] = await rowsOf(one.component);
    expect(after?.['written']).not.toBe(before?.['written']);
  });

  it('keeps an unknown score as unknown', async () => {
    const one = row({ score: null, predictedFailureAt: null });
    await putCurrentHealth(sql, [one]);
    expect(await rowsOf(one.component)).toMatchObject([
      { health_score: null, predicted_failure_time: null },
    ]);
  });

  it('keeps one for ten sweeps that see a component for the first time at once', async () => {
    const one = row();
    await race(
      database,
      'lock table ai_proactive_health in share mode',
      times(10, () => putCurrentHealth(sql, [one])),
    );
    expect(await rowsOf(one.component)).toHaveLength(1);
  });
});

describe('addHealthHistory', () => {
  it('adds a row beside the current one each time', async () => {
    const one = row();
    await putCurrentHealth(sql, [one]);
    await addHealthHistory(sql, [one]);
    await addHealthHistory(sql, [one]);
    const rows = await rowsOf(one.component);
    expect(rows.map(({ is_current }) => is_current)).toEqual([true, false, false]);
    expect(rows[2]).toMatchObject({ health_score: 61.5, state: 'degraded', reasons: one.reasons });
  });

  it('adds nothing when it is given nothing', async () => {
    expect(await addHealthHistory(sql, [])).toEqual([]);
  });
});
