import type { Sql, Statement } from './sql.js';

/** What `ai_proactive_health` holds of one component. */
export interface HealthRow {
  readonly component: string;
  readonly score: number | null;
  readonly trend: string;
  readonly predictedFailureAt: Date | null;
  readonly probability: number;
  readonly metrics: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly state: string;
  readonly reasons: readonly string[];
}

const columns = (rows: readonly HealthRow[]) => ({
  component: rows.map((row) => row.component),
  score: rows.map((row) => row.score),
  trend: rows.map((row) => row.trend),
  failureAt: rows.map((row) => row.predictedFailureAt?.toISOString() ?? null),
  probability: rows.map((row) => row.probability),
  metrics: rows.map((row) => JSON.stringify(row.metrics)),
  warnings: rows.map((row) => JSON.stringify(row.warnings)),
  state: rows.map((row) => row.state),
  reasons: rows.map((row) => JSON.stringify(row.reasons)),
});

/** Put the current row of each component; a row that says the same already is left alone. */
export function putCurrentHealth(sql: Sql, rows: readonly HealthRow[]): Statement {
  const column = columns(rows);
  return sql`
    insert into ai_proactive_health as old (
      component, health_score, trend, predicted_failure_time, failure_probability, metrics,
      warnings, state, reasons, is_current)
    select
      component, health_score, trend, predicted_failure_time, failure_probability, metrics,
      warnings, state, reasons, true
    from unnest(
      ${column.component}::text[], ${column.score}::float8[], ${column.trend}::text[],
      ${column.failureAt}::timestamptz[], ${column.probability}::float8[],
      ${column.metrics}::jsonb[], ${column.warnings}::jsonb[], ${column.state}::text[],
      ${column.reasons}::jsonb[]
    ) as seen (
      component, health_score, trend, predicted_failure_time, failure_probability, metrics,
      warnings, state, reasons)
    order by component
    on conflict (component) where is_current do update
    set
      health_score = excluded.health_score, trend = excluded.trend,
      predicted_failure_time = excluded.predicted_failure_time,
      failure_probability = excluded.failure_probability, metrics = excluded.metrics,
      warnings = excluded.warnings, state = excluded.state, reasons = excluded.reasons,
      updated_at = now()
    where (old.health_score, old.trend, old.failure_probability, old.metrics, old.warnings, old.state)
    is distinct from (
      excluded.health_score, excluded.trend, excluded.failure_probability, excluded.metrics,
      excluded.warnings, excluded.state)`;
}

/** Add a row of history for components whose health changed materially. */
export function addHealthHistory(sql: Sql, rows: readonly HealthRow[]): Statement {
  const column = columns(rows);
  return sql`
    insert into ai_proactive_health (
      component, health_score, trend, predicted_failure_time, failure_probability, metrics,
      warnings, state, reasons)
    select
      component, health_score, trend, predicted_failure_time, failure_probability, metrics,
      warnings, state, reasons
    from unnest(
      ${column.component}::text[], ${column.score}::float8[], ${column.trend}::text[],
      ${column.failureAt}::timestamptz[], ${column.probability}::float8[],
      ${column.metrics}::jsonb[], ${column.warnings}::jsonb[], ${column.state}::text[],
      ${column.reasons}::jsonb[]
    ) as seen (
      component, health_score, trend, predicted_failure_time, failure_probability, metrics,
      warnings, state, reasons)`;
}
