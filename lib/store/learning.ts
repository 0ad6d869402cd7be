import * as z from 'zod';
import type { Sql } from './sql.js';

const TodayRow = z.object({ day: z.string(), told: z.boolean() });

/** The name under which a day's learning is told in `unified_brain`. */
export const learningKey = (model: string, day: string): string => `learning:${model}:${day}`;

/** The present UTC day, as 2026-01-31, and whether its learning has been told of. */
export async function learningToday(
  sql: Sql,
  { model, at }: { readonly model: string; readonly at: Date | null },
): Promise<{ day: string; told: boolean }> {
  const rows = await sql`
    select
      today.day,
      exists (
        select 1
        from unified_brain
        where event_key = ${learningKey(model, '')}::text || today.day
      ) as told
    from (
      select
        to_char(
          coalesce(${at?.toISOString() ?? null}::timestamptz, now()) at time zone 'UTC',
          'YYYY-MM-DD') as day
    ) as today
    limit 1`;
  return TodayRow.parse(rows[0]);
}
