import * as z from 'zod';
import { HealCheck } from '../domain/decide/heal-check.js';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/**
 * Ids of components that were not looked at for so long: those never looked at first, then those of which something
 * was left unknown, so that what was put off is not put off every hour.
 */
export async function uncheckedComponents(
  sql: Sql,
  { olderThanS, limit }: { readonly olderThanS: number; readonly limit: number },
): Promise<number[]> {
  const rows = await sql`
    select components.id
    from components
    left join heal_checks on heal_checks.component_id = components.id
    where components.removed_at is null
    and (
      heal_checks.checked_at is null
      or heal_checks.checked_at <= now() - make_interval(secs => ${olderThanS}::float8))
    order by
      heal_checks.checked_at is not null,
      heal_checks.result @? '$.actions[*] ? (@.can == "unknown")' desc,
      heal_checks.checked_at,
      components.id
    limit ${limit}::int`;
  return rows.map((row) => z.number().parse(row['id']));
}

/** Keep what was found of a component. */
export function keepHealCheck(sql: Sql, componentId: number, result: HealCheck): Statement {
  return sql`
    insert into heal_checks (component_id, checked_at, result)
    select id, now(), ${JSON.stringify(result)}::jsonb
    from components
    where id = ${componentId}::int
    on conflict (component_id) do update
    set checked_at = excluded.checked_at, result = excluded.result`;
}

const CheckRow = z.object({
  component: z.string(),
  checkedAt: Instant,
  result: HealCheck,
});

/** What was found of a component. */
export type StoredCheck = z.infer<typeof CheckRow>;

/** Read what was found: of one component, or of all of which not everything is possible. */
export async function readHealChecks(
  sql: Sql,
  { component = null }: { readonly component?: string | null } = {},
): Promise<StoredCheck[]> {
  const rows = await sql`
    select components.name as component, heal_checks.checked_at as "checkedAt", heal_checks.result
    from heal_checks
    join components on components.id = heal_checks.component_id
    where components.removed_at is null
    and (
      components.name = ${component}::text
      or (${component}::text is null and heal_checks.result ->> 'verdict' <> 'yes'))
    order by components.name
    limit 1000`;
  return parseRows(CheckRow, rows);
}

/** Read what was found of some components, by their ids; one that was never looked at is absent. */
export async function healChecksOf(
  sql: Sql,
  ids: readonly number[],
): Promise<Map<number, Omit<StoredCheck, 'component'>>> {
  const rows = await sql`
    select component_id as id, checked_at as "checkedAt", result
    from heal_checks
    where component_id = any (${ids}::int[])`;
  const checks = parseRows(CheckRow.omit({ component: true }).extend({ id: z.number() }), rows);
  return new Map(checks.map(({ id, ...check }) => [id, check]));
}
