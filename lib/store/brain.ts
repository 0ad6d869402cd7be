import type { Sql, Statement } from './sql.js';

/** Which part of Forestall speaks in `unified_brain`: checks, actions, sweeps. */
export type BrainAgent =
  | 'self_healing_system'
  | 'enhanced_self_healing'
  | 'self_healing_reconciler';

/** One row of `unified_brain`. */
export interface BrainRow {
  readonly agent: BrainAgent;
  readonly actionType: string;
  /** The component, or `(all)` for what concerns the installation. */
  readonly component: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  readonly success: boolean;
  /** Names what is told: a second row of the same key is not written. Null for what may repeat. */
  readonly eventKey: string | null;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/**
 * Write rows, and answer their keys; those whose key is there already are passed over.
 *
 * @param of - a component that must be registered for anything to be written: for what others tell of it
 */
export function writeBrain(
  sql: Sql,
  rows: readonly BrainRow[],
  of: string | null = null,
): Statement {
  return sql`
    insert into unified_brain (
      agent_name, action_type, input_data, output_data, success, metadata, event_key)
    select agent_name, action_type, input_data, output_data, success, metadata, event_key
    from unnest(
      ${rows.map((row) => row.agent)}::text[],
      ${rows.map((row) => row.actionType)}::text[],
      ${rows.map((row) => JSON.stringify(row.input))}::jsonb[],
      ${rows.map((row) => JSON.stringify(row.output))}::jsonb[],
      ${rows.map((row) => row.success)}::bool[],
      ${rows.map((row) => JSON.stringify({ ...row.metadata, component: row.component }))}::jsonb[],
      ${rows.map((row) => row.eventKey)}::text[]
    ) as told (
      agent_name, action_type, input_data, output_data, success, metadata, event_key)
    where ${of}::text is null
    or exists (
      select 1
      from components
      where components.name = ${of}::text
      and components.removed_at is null)
    on conflict (event_key) do nothing
    returning event_key as "eventKey"`;
}
