import * as z from 'zod';
import type { CommonCause, Peer } from '../domain/decide/common-cause.js';
import { GROUPS } from '../domain/predict/group.js';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

const Members = z.array(z.object({ componentId: z.number(), component: z.string() }));

const CauseRow = z.object({
  id: z.string(),
  group: z.string(),
  kind: z.enum(GROUPS),
  members: Members,
  peers: z.number(),
  beganAt: Instant,
  calmSince: MaybeInstant,
  endedAt: MaybeInstant,
});

/** A common cause as the store knows it. */
export type StoredCause = z.infer<typeof CauseRow> & CommonCause;

/** Read common causes, newest first: those that last, or also those that lasted within so many seconds. */
export async function readCauses(
  sql: Sql,
  { withinS = null, component = null }: { withinS?: number | null; component?: string | null } = {},
): Promise<StoredCause[]> {
  const rows = await sql`
    select
      id::text, peer_group as "group", kind, members, peers, began_at as "beganAt",
      calm_since as "calmSince", ended_at as "endedAt"
    from common_causes
    where (
      ended_at is null
      or ended_at > now() - make_interval(secs => ${withinS}::float8))
    and (
      ${component}::text is null
      or members @> jsonb_build_array(jsonb_build_object('component', ${component}::text)))
    order by began_at desc, id desc
    limit 1000`;
  return parseRows(CauseRow, rows);
}

const PeerRow = z.object({
  componentId: z.number(),
  component: z.string(),
  group: z.string(),
  state: z.enum(['healthy', 'degraded', 'failing', 'unknown']).catch('unknown'),
  raised: z.enum(['critical', 'high', 'medium']).nullable().catch(null),
  bad: z.number().catch(0),
  rising: z.partialRecord(z.enum(GROUPS), z.number()).catch({}),
});

/**
 * Read the components of all groups in which something rises or a common cause lasts, with the database's
 * clock and what the last look at each has remembered. One that was not looked at of late is unknown.
 */
export async function readPeers(
  sql: Sql,
  { freshS, at }: { freshS: number; at: Date | null },
): Promise<{ now: Date; peers: Peer[] }> {
  const instant = at?.toISOString() ?? null;
  const [clock, rows] = await sql.transaction([
    sql`select coalesce(${instant}::timestamptz, now()) as now`,
    sql`
      select
        components.id as "componentId", components.name as component,
        components.peer_group as "group",
        case when component_state.assessed_at
          > coalesce(${instant}::timestamptz, now()) - make_interval(secs => ${freshS}::float8)
          then component_state.memory ->> 'state' end as state,
        component_state.memory -> 'raised' as raised, component_state.memory -> 'bad' as bad,
        component_state.memory -> 'rising' as rising
      from components
      join component_state on component_state.component_id = components.id
      where components.removed_at is null
      and components.peer_group in (
        select rising.peer_group
        from components as rising
        join component_state as theirs on theirs.component_id = rising.id
        where rising.peer_group is not null
        and rising.removed_at is null
        and coalesce(theirs.memory -> 'rising', '{}'::jsonb) <> '{}'::jsonb
        union
        select peer_group from common_causes where ended_at is null)
      order by components.id
      limit 10000`,
  ]);
  return { now: Instant.parse(clock?.[0]?.['now']), peers: parseRows(PeerRow, rows ?? []) };
}

/** A common cause with the id that it has, or is to have. */
type WithId = CommonCause & { readonly id: string };

/** First statement of a transaction that changes common causes: ends it (FS001) when others have changed them. */
export function holdCauses(sql: Sql, open: readonly { readonly id: string }[]): Statement {
  return sql`select hold_causes(${open.map(({ id }) => id)}::uuid[])`;
}

/** Begin common causes; one that another sweep has begun already stays as it is. */
export function beginCauses(sql: Sql, causes: readonly WithId[]): Statement {
  return sql`
    insert into common_causes (id, peer_group, kind, members, peers, began_at)
    select id, peer_group, kind, members, peers, began_at
    from unnest(
      ${causes.map(({ id }) => id)}::uuid[],
      ${causes.map(({ group }) => group)}::text[],
      ${causes.map(({ kind }) => kind)}::text[],
      ${causes.map(({ members }) => JSON.stringify(members))}::jsonb[],
      ${causes.map(({ peers }) => peers)}::int[],
      ${causes.map(({ beganAt }) => beganAt.toISOString())}::timestamptz[]
    ) as begun (id, peer_group, kind, members, peers, began_at)
    on conflict (peer_group, kind) where ended_at is null do nothing`;
}

/** Keep what a sweep has made of a common cause that lasts; null does not end it. */
export function keepCause(sql: Sql, cause: WithId, endedAt: Date | null): Statement {
  return sql`
    update common_causes
    set
      members = ${JSON.stringify(cause.members)}::jsonb, peers = ${cause.peers}::int,
      calm_since = ${cause.calmSince?.toISOString() ?? null}::timestamptz,
      ended_at = ${endedAt?.toISOString() ?? null}::timestamptz
    where id = ${cause.id}::uuid
    and ended_at is null`;
}

/** Raise the decision version, so that claims in the making take nothing. */
export function raiseVersion(sql: Sql): Statement {
  return sql`
    update control
    set decision_version = decision_version + 1
    where id = 1`;
}
