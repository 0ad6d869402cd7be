import * as z from 'zod';
import { Instant, MaybeInstant, parseFirst, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** An API key as it is kept: never the key itself. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly component: string | null;
  readonly expiresAt: Date | null;
  readonly createdBy: string;
}

/** Note a key that was made. */
export function addKey(sql: Sql, key: KeyRecord): Statement {
  return sql`
    insert into api_keys (id, name, scopes, component, expires_at, created_by)
    values (
      ${key.id}::uuid, ${key.name}::text, ${key.scopes}::text[], ${key.component}::text,
      ${key.expiresAt?.toISOString() ?? null}::timestamptz, ${key.createdBy}::text)`;
}

/**
 * Revoke a key by its id; answers nothing when it was revoked before.
 *
 * A key that was made outside the database (the first admin key) is noted as revoked.
 */
export function revokeKey(sql: Sql, id: string, who: string): Statement {
  return sql`
    insert into api_keys as old (id, name, scopes, created_by, revoked_at, revoked_by)
    values (${id}::uuid, 'unlisted', '{}', ${who}::text, now(), ${who}::text)
    on conflict (id) do update
    set revoked_at = now(), revoked_by = excluded.revoked_by
    where old.revoked_at is null
    returning id::text, nullif(name, 'unlisted') as name`;
}

/** When a key was revoked; null when it was not. */
export async function revokedAt(sql: Sql, id: string): Promise<Date | null> {
  const rows = await sql`
    select revoked_at as "revokedAt"
    from api_keys
    where id = ${id}::uuid
    limit 1`;
  return parseFirst(z.object({ revokedAt: MaybeInstant }), rows)?.revokedAt ?? null;
}

/** The ids of all revoked keys. */
export async function revokedKeys(sql: Sql): Promise<Set<string>> {
  const rows = await sql`
    select id::text
    from api_keys
    where revoked_at is not null
    limit 100000`;
  return new Set(rows.map((row) => z.string().parse(row['id'])));
}

const KeyRow = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  component: z.string().nullable(),
  expiresAt: MaybeInstant,
  createdBy: z.string(),
  createdAt: Instant,
  revokedAt: MaybeInstant,
});

/** Read the keys that were made through the API, newest first. */
export async function listKeys(sql: Sql, limit: number): Promise<z.infer<typeof KeyRow>[]> {
  const rows = await sql`
    select
      id::text, name, scopes, component, expires_at as "expiresAt", created_by as "createdBy",
      created_at as "createdAt", revoked_at as "revokedAt"
    from api_keys
    order by created_at desc
    limit ${limit}::int`;
  return parseRows(KeyRow, rows);
}
