import * as z from 'zod';
import {
  INDICATORS,
  PART_STATUSES,
  type PageStatus,
  type ProviderStatus,
} from '../domain/decide/provider.js';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** A status page, as it is kept. */
const PageRow = z.object({
  indicator: z.enum(INDICATORS),
  description: z.string(),
  parts: z.array(z.object({ name: z.string(), status: z.enum(PART_STATUSES) })),
});

/** What a status page said, as decisions read it. */
export const ProviderFact = z.object({
  provider: z.string(),
  // What an older or newer version has kept and this one cannot read is not known.
  page: PageRow.nullable().catch(null),
  readAt: MaybeInstant,
});

/** A platform with components that fail, as decisions read it. */
export const PlatformFact = z.object({
  platform: z.string(),
  components: z.number(),
  failing: z.array(z.object({ component: z.string(), since: Instant })),
});

const StatusRow = ProviderFact.extend({ checkedAt: Instant, changedAt: Instant });

/** What is kept of a provider that is followed. */
export type StoredProvider = z.infer<typeof StatusRow> & ProviderStatus;

/** Read what is known of all providers that are followed. */
export async function readProviders(sql: Sql): Promise<StoredProvider[]> {
  const rows = await sql`
    select
      provider, page, checked_at as "checkedAt", read_at as "readAt", changed_at as "changedAt"
    from provider_status
    order by provider
    limit 1000`;
  return parseRows(StatusRow, rows);
}

/**
 * Take the turn to read some status pages: those that nobody has read for `everyS`. Of two that ask at once,
 * one gets each.
 *
 * @returns the providers to be read now
 */
export async function takeTurns(
  sql: Sql,
  providers: readonly string[],
  everyS: number,
): Promise<string[]> {
  const rows = await sql`
    insert into provider_status (provider, checked_at, changed_at)
    select provider, now(), now()
    from unnest(${providers}::text[]) as wanted (provider)
    on conflict (provider) do update
    set checked_at = excluded.checked_at
    where provider_status.checked_at <= now() - make_interval(secs => ${everyS}::float8)
    returning provider`;
  return rows.map((row) => z.string().parse(row['provider']));
}

/** Keep what a page says, read just now. */
export function keepPage(sql: Sql, provider: string, page: PageStatus): Statement {
  return sql`
    insert into provider_status (provider, page, checked_at, read_at, changed_at)
    values (${provider}::text, ${JSON.stringify(page)}::jsonb, now(), now(), now())
    on conflict (provider) do update
    set
      page = excluded.page, read_at = excluded.read_at,
      changed_at = case
        when provider_status.page is not distinct from excluded.page then provider_status.changed_at
        else excluded.changed_at end`;
}

/** Forget the providers that are not followed any more: what they said must not count for ever. */
export function forgetProviders(sql: Sql, followed: readonly string[]): Statement {
  return sql`
    delete from provider_status
    where provider <> all (${followed}::text[])`;
}

/** An open incident of a component that leans on providers. */
const LeaningRow = z.object({
  incidentId: z.string(),
  component: z.string(),
  platform: z.string(),
  providers: z.array(z.string()),
});

/** What the components of open incidents lean on. */
export type LeaningIncident = z.infer<typeof LeaningRow>;

/** Read what the components with open incidents lean on. */
export async function leaningIncidents(sql: Sql): Promise<LeaningIncident[]> {
  const rows = await sql`
    select
      incidents.id::text as "incidentId", components.name as component,
      components.platform ->> 'type' as platform, components.providers
    from incidents
    join components on components.id = incidents.component_id
    where incidents.closed_at is null
    and components.removed_at is null
    order by incidents.opened_at
    limit 5000`;
  return parseRows(LeaningRow, rows);
}
