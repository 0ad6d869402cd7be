import * as z from 'zod';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** One change that a person or a key made. */
export interface AuditEntry {
  readonly who: string;
  readonly what: string;
  readonly why: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Write who changed what, and why. Goes into the transaction of the change. */
export function addAudit(sql: Sql, entry: AuditEntry): Statement {
  return sql`
    insert into audit (who, what, why, detail)
    values (
      ${entry.who}::text, ${entry.what}::text, ${entry.why}::text,
      ${JSON.stringify(entry.detail)}::jsonb)`;
}

const AuditRow = z.object({
  id: z.string(),
  at: Instant,
  who: z.string(),
  what: z.string(),
  why: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
});

/** Read the newest entries, before a given one. */
export async function listAudit(
  sql: Sql,
  page: { before: string | null; limit: number },
): Promise<z.infer<typeof AuditRow>[]> {
  const rows = await sql`
    select id::text, at, who, what, why, detail
    from audit
    where (${page.before}::bigint is null or id < ${page.before}::bigint)
    order by id desc
    limit ${page.limit}::int`;
  return parseRows(AuditRow, rows);
}
