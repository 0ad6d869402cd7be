import { describe, expect, it } from 'vitest';
import { migrate } from '../../lib/store/migrate.js';
import { emptyDatabase } from '../support/database.js';

const CATALOGUE = `
  select table_name, column_name, data_type, is_nullable
  from information_schema.columns
  where table_schema = 'public' and table_name !~ '^metric_samples_[0-9]'
  order by table_name, column_name`;

/** The reference document's tables, as its own code makes them, each with a row. */
const DOCUMENT = [
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
  `insert into unified_brain (agent_name, action_type) values ('self_healing_system', 'old')`,
  `insert into ai_proactive_health (component) values ('old')`,
  `insert into ai_rollback_history (component, rollback_type) values ('old', 'config')`,
];

describe('migrate', () => {
  it('applies every file to an empty database, once', async () => {
    const { sql } = await emptyDatabase();
    expect((await migrate(sql)).length).toBeGreaterThanOrEqual(10);
    expect(await migrate(sql)).toEqual([]);
  });

  it('adopts the tables of the reference document with their rows, and ends in the same schema', async () => {
    const fresh = await emptyDatabase();
    await migrate(fresh.sql);
    const old = await emptyDatabase();
    for (const statement of DOCUMENT) await old.sql.query(statement);
    await migrate(old.sql);
    expect(await old.sql.query(CATALOGUE)).toEqual(await fresh.sql.query(CATALOGUE));
    for (const table of ['unified_brain', 'ai_proactive_health', 'ai_rollback_history']) {
      expect(await old.sql.query(`select count(*)::int as rows from ${table}`)).toEqual([
        { rows: 1 },
      ]);
    }
  });

  it('applies each file once when ten callers come at the same time', async () => {
    const { sql } = await emptyDatabase();
    const applied = await Promise.all(Array.from({ length: 10 }, () => migrate(sql)));
    const names = applied.flat();
    expect(new Set(names).size).toBe(names.length);
    const [row] = await sql`select count(*)::int as files from schema_migrations`;
    expect(row?.['files']).toBe(names.length);
  });
});
