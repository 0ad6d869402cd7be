import type { Recovery } from '../domain/decide/recovery.js';
import type { Sql, Statement } from './sql.js';

/** Record how a rollback ended; one row per recovery, however often it is recorded. */
export function recordRollback(
  sql: Sql,
  recovery: Pick<Recovery, 'id' | 'component' | 'action' | 'before'> & {
    readonly after: Readonly<Record<string, unknown>> | null;
  },
  success: boolean,
  error: string | null,
): Statement {
  const type = recovery.action.name === 'rollback' ? recovery.action.rollback_type : 'deployment';
  return sql`
    insert into ai_rollback_history (
      component, rollback_type, from_state, to_state, success, error_message, recovery_id)
    values (
      ${recovery.component}::text, ${type}::text,
      ${recovery.before === null ? null : JSON.stringify(recovery.before)}::jsonb,
      ${recovery.after === null ? null : JSON.stringify(recovery.after)}::jsonb,
      ${success}::bool, ${error}::text, ${recovery.id}::uuid)
    on conflict (recovery_id) do update
    set success = excluded.success, error_message = excluded.error_message`;
}
