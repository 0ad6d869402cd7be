import type { TestDatabase } from './database.js';

/** The reference document's tables, as its own code makes them, with rows of many shapes. */
const STATEMENTS = [
  `create table unified_brain (
    id uuid primary key default gen_random_uuid(), agent_name varchar(255),
    action_type varchar(255), input_data jsonb, output_data jsonb, success boolean,
    metadata jsonb, executed_at timestamptz default now())`,
  `create table ai_proactive_health (
    id uuid primary key default gen_random_uuid(), component varchar(255) not null,
    health_score float default 100.0, trend varchar(20) default 'stable',
    predicted_failure_time timestamptz, failure_probability float default 0.0,
    metrics jsonb default '{}'::jsonb, warnings jsonb default '[]'::jsonb,
    created_at timestamptz default now(), updated_at timestamptz default now())`,
  `create table ai_rollback_history (
    id uuid primary key default gen_random_uuid(), component varchar(255) not null,
    rollback_type varchar(50) not null, from_state jsonb, to_state jsonb,
    success boolean default false, error_message text, executed_at timestamptz default now())`,
  `insert into unified_brain (
    agent_name, action_type, input_data, output_data, success, metadata, executed_at)
  values
    ('self_healing_system', 'proactive_health_check', '{}',
      '{"failure_probability": 0.7, "health_score": 41.5}', true, '{"component": "old"}',
      now() - interval '1 hour'),
    ('enhanced_self_healing', 'service_restart', '{"why": "ünïcödé"}', '{"success": true}', true,
      '{"component": "old"}', now() - interval '2 hours'),
    ('another_agent', 'something_else', null, null, null, null, null),
    ('self_healing_reconciler', 'reconciliation_cycle', '[]', '"text"', false, '[]', now())`,
  `insert into ai_proactive_health (
    component, health_score, trend, predicted_failure_time, failure_probability, metrics, warnings)
  values
    ('old', 41.5, 'declining', now() + interval '1 hour', 0.7, '{"cpu_usage": 95}', '["hot"]'),
    ('old', 60, 'stable', null, 0.1, '{}', '[]'),
    ('other', null, null, null, null, null, null)`,
  `insert into ai_rollback_history (
    component, rollback_type, from_state, to_state, success, error_message)
  values
    ('old', 'config', '{"version": 2}', '{"version": 1}', true, null),
    ('old', 'previous_state', null, null, false, 'it did not work')`,
];

const TABLES = ['unified_brain', 'ai_proactive_health', 'ai_rollback_history'] as const;

/** Make the document's tables in an empty database. */
export async function makeDocumentTables({ sql }: TestDatabase): Promise<void> {
  for (const statement of STATEMENTS) await sql.query(statement);
}

/** Every row that the document's code wrote, whole, with the columns that were there then. */
export async function documentRows({ sql }: TestDatabase, ids?: readonly string[]) {
  const rows: Record<string, unknown>[] = [];
  for (const table of TABLES) {
    const found = await sql.query(
      `select '${table}' as table, id::text, to_jsonb(${table}) as row from ${table} order by id`,
    );
    rows.push(...found.filter(({ id }) => ids === undefined || ids.includes(String(id))));
  }
  return rows;
}
