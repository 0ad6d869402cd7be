import * as z from 'zod';
import type { KeptRule } from '../domain/decide/rules/choose-rule.js';
import { Rule } from '../domain/decide/rules/rule.js';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** A version of a rule that is to be kept. */
export interface NewRule {
  readonly id: string;
  readonly ruleId: string;
  readonly rule: Rule;
  readonly who: string;
}

const RuleRow = z.object({
  id: z.string(),
  ruleId: z.string(),
  name: z.string(),
  enabled: z.boolean(),
  priority: z.number(),
  rule: Rule.nullable().catch(null),
  createdBy: z.string(),
  createdAt: Instant,
  endedAt: MaybeInstant,
});

/** A version of a healing rule as it is kept; its `rule` is null where this version of Forestall cannot read it. */
export interface StoredRule extends KeptRule {
  readonly ruleId: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/**
 * Keep a rule; raises the decision version.
 *
 * Fails with 23505 for a name that another rule has, so that nothing of its transaction stands.
 */
export function addRule(sql: Sql, { id, ruleId, rule, who }: NewRule): Statement {
  return sql`
    with raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    )
    insert into rules (id, rule_id, name, enabled, priority, rule, created_by)
    values (
      ${id}::uuid, ${ruleId}::uuid, ${rule.name}::text, ${rule.enabled}::boolean,
      ${rule.priority}::int, ${JSON.stringify(rule)}::jsonb, ${who}::text)
    returning id::text`;
}

/** End a rule; raises the decision version. Answers nothing where it does not stand. */
export function endRule(sql: Sql, ruleId: string): Statement {
  return sql`
    with raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    )
    update rules
    set ended_at = now()
    where rule_id = ${ruleId}::uuid
    and ended_at is null
    returning id::text`;
}

/**
 * Keep a new version of a rule, in the transaction of the {@link endRule} before it, which has ended the
 * one in force; adds nothing where there was none.
 */
export function addVersion(sql: Sql, { id, ruleId, rule, who }: NewRule): Statement {
  return sql`
    insert into rules (id, rule_id, name, enabled, priority, rule, created_by)
    select
      ${id}::uuid, ${ruleId}::uuid, ${rule.name}::text, ${rule.enabled}::boolean,
      ${rule.priority}::int, ${JSON.stringify(rule)}::jsonb, ${who}::text
    where exists (
      select 1
      from rules
      where rule_id = ${ruleId}::uuid
      and ended_at = now())
    returning id::text`;
}

/** Read the rules that stood at some time since; without an instant, those that stand now. */
export async function listRules(sql: Sql, since: Date | null = null): Promise<StoredRule[]> {
  const rows = await sql`
    select
      id::text, rule_id::text as "ruleId", name, enabled, priority, rule,
      created_by as "createdBy", created_at as "createdAt", ended_at as "endedAt"
    from rules
    where ended_at is null
    or ended_at > ${since?.toISOString() ?? null}::timestamptz
    order by priority, name, created_at
    limit 10000`;
  return parseRows<StoredRule>(RuleRow, rows);
}
