import * as z from 'zod';
import { Instant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** Keep a source's secret, sealed; a source may have several, so that they can be rotated. */
export function addWebhookSecret(
  sql: Sql,
  secret: { id: string; source: string; sealed: string; who: string },
): Statement {
  return sql`
    insert into webhook_secrets (id, source, sealed, created_by)
    values (
      ${secret.id}::uuid, ${secret.source}::text, ${secret.sealed}::text, ${secret.who}::text)`;
}

/** End a secret; answers nothing when it had ended before. */
export function revokeWebhookSecret(sql: Sql, id: string): Statement {
  return sql`
    update webhook_secrets
    set revoked_at = now()
    where id = ${id}::uuid
    and revoked_at is null
    returning id::text`;
}

/** The sealed secrets of a source. */
export async function sealedSecrets(sql: Sql, source: string): Promise<string[]> {
  const rows = await sql`
    select sealed
    from webhook_secrets
    where source = ${source}::text
    and revoked_at is null
    limit 20`;
  return rows.map((row) => z.string().parse(row['sealed']));
}

const ListedRow = z.object({
  id: z.string(),
  source: z.string(),
  createdBy: z.string(),
  createdAt: Instant,
});

/** The secrets in force, without what they are. */
export async function listWebhookSecrets(sql: Sql): Promise<z.infer<typeof ListedRow>[]> {
  const rows = await sql`
    select id::text, source, created_by as "createdBy", created_at as "createdAt"
    from webhook_secrets
    where revoked_at is null
    order by source, created_at
    limit 500`;
  return parseRows(ListedRow, rows);
}
