import * as z from 'zod';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** A period in which nothing is done automatically: to one component, or to all. */
export interface NewFreeze {
  readonly id: string;
  readonly component: string | null;
  readonly why: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly who: string;
}

const FreezeRow = z.object({
  id: z.string(),
  component: z.string().nullable(),
  why: z.string(),
  startsAt: Instant,
  endsAt: Instant,
  createdBy: z.string(),
});

/** Begin or plan a freeze; raises the decision version. Answers nothing for an unknown component. */
export function addFreeze(sql: Sql, freeze: NewFreeze): Statement {
  return sql`
    with target as (
      select (
        select id from components where name = ${freeze.component}::text and removed_at is null
      ) as id
    ),
    raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    )
    insert into freezes (id, component_id, why, starts_at, ends_at, created_by)
    select
      ${freeze.id}::uuid, target.id, ${freeze.why}::text,
      ${freeze.startsAt.toISOString()}::timestamptz, ${freeze.endsAt.toISOString()}::timestamptz,
      ${freeze.who}::text
    from target
    where ${freeze.component}::text is null
    or target.id is not null
    returning id::text`;
}

/** End a freeze now; raises the decision version. */
export function liftFreeze(sql: Sql, id: string): Statement {
  return sql`
    with raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    )
    update freezes
    set lifted_at = now()
    where id = ${id}::uuid
    and lifted_at is null
    returning id::text`;
}

/** Read the freezes that are in force or to come. */
export async function listFreezes(sql: Sql): Promise<z.infer<typeof FreezeRow>[]> {
  const rows = await sql`
    select
      freezes.id::text, components.name as component, freezes.why,
      freezes.starts_at as "startsAt", freezes.ends_at as "endsAt",
      freezes.created_by as "createdBy"
    from freezes
    left join components on components.id = freezes.component_id
    where freezes.lifted_at is null
    and freezes.ends_at > now()
    order by freezes.starts_at
    limit 500`;
  return parseRows(FreezeRow, rows);
}
