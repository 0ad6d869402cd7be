import * as z from 'zod';
import type { LoadMinutes } from '../domain/decide/comparable-load.js';
import type { BlameRule } from '../domain/decide/known-state.js';
import { Instant, parseRows } from './rows.js';
import type { Row, Sql, Statement } from './sql.js';

const KnownRow = z.object({
  deploymentId: z.string(),
  version: z.string(),
  fingerprint: z.string().nullable(),
  sealedConfig: z.string().nullable(),
  instances: z.number().nullable(),
  firstSeen: Instant,
  lastSeen: Instant,
  healthyMinutes: z.number(),
  loadMinutes: z.record(z.string(), z.number()),
  schemaId: z.string().nullable(),
  incidents: z.number(),
  blamed: z.number(),
});

/** A state of a component as it is kept. */
export type StoredState = z.infer<typeof KnownRow>;

/** Whose state it is: of which component, at which place. */
export interface StateOwner {
  readonly componentId: number;
  /** The place's name, `targetName` in lib/flows/target.ts. */
  readonly target: string;
}

/** States of one component that are kept and read, at most: what is older has no artifact any more. */
const STATES = 50;

/** Read the known states of a component at a place, those that went live last first. */
export function selectKnownStates(sql: Sql, { componentId, target }: StateOwner): Statement {
  return sql`
    select
      deployment_id as "deploymentId", version, fingerprint, sealed_config as "sealedConfig",
      instances, first_seen as "firstSeen", last_seen as "lastSeen",
      healthy_minutes as "healthyMinutes", load_minutes as "loadMinutes",
      schema_id::text as "schemaId", incidents, blamed
    from known_states
    where component_id = ${componentId}::int
    and target = ${target}::text
    order by live_from desc, id desc
    limit ${STATES}::int`;
}

/** Parse what {@link selectKnownStates} answered. */
export function readKnownStates(rows: readonly Row[]): StoredState[] {
  return parseRows(KnownRow, rows);
}

/** What a look has found, and what the state has earned by it. */
export interface SeenState extends StateOwner {
  /** From when on nothing that happens is known to this look. */
  readonly seenAt: Date;
  readonly deploymentId: string;
  readonly version: string;
  readonly liveFrom: Date;
  readonly fingerprint: string | null;
  readonly sealedConfig: string | null;
  readonly instances: number | null;
  readonly healthy: boolean;
  readonly earnedMinutes: number;
  /** Those of them whose load was measured, by it. */
  readonly earnedByLoad: LoadMinutes;
  /** The shape of its database that it is known to run with now; null leaves what was known. */
  readonly schemaId: string | null;
  /** `looks` of the row that this was worked out from; 0 where there was none. */
  readonly looks: number;
}

/**
 * Keep what a look has found. The configuration is that of the first look: what is changed later is live only
 * with another deployment. Of two looks that were worked out from the same row one counts.
 */
export function keepKnownState(sql: Sql, seen: SeenState): Statement {
  return sql`
    insert into known_states (
      component_id, target, deployment_id, version, live_from, fingerprint, sealed_config, instances,
      first_seen, last_seen, healthy)
    values (
      ${seen.componentId}::int, ${seen.target}::text, ${seen.deploymentId}::text,
      ${seen.version}::text, ${seen.liveFrom.toISOString()}::timestamptz,
      ${seen.fingerprint}::text, ${seen.sealedConfig}::text, ${seen.instances}::int,
      ${seen.seenAt.toISOString()}::timestamptz, ${seen.seenAt.toISOString()}::timestamptz,
      ${seen.healthy}::bool)
    on conflict (component_id, target, deployment_id) do update
    set
      last_seen = excluded.last_seen, healthy = excluded.healthy, instances = excluded.instances,
      healthy_minutes = known_states.healthy_minutes + ${seen.earnedMinutes}::float8,
      load_minutes = (
        select coalesce(jsonb_object_agg(band, minutes), '{}')
        from (
          select band, sum(minutes::float8) as minutes
          from (
            select key, value from jsonb_each_text(known_states.load_minutes)
            union all
            select key, value from jsonb_each_text(${JSON.stringify(seen.earnedByLoad)}::jsonb)
          ) as each (band, minutes)
          group by band
        ) as added
      ),
      schema_id = coalesce(
        (select id from database_schemas where id = ${seen.schemaId}::bigint), known_states.schema_id),
      looks = known_states.looks + 1
    where known_states.looks = ${seen.looks}::int`;
}

/**
 * Count the incidents that opened during each state, and those of them that are blamed on it, anew and all of them:
 * labels come late, and so may incidents. A state lasts until the next one went live.
 */
export function countBlame(
  sql: Sql,
  { componentId, target }: StateOwner,
  { never, always, withinS }: BlameRule,
): Statement {
  return sql`
    with spans as (
      select id, live_from, lag(live_from) over (order by live_from desc, id desc) as live_until
      from known_states
      where component_id = ${componentId}::int
      and target = ${target}::text
    ),
    counted as (
      select
        spans.id,
        count(incidents.id)::int as incidents,
        count(incidents.id) filter (
          where incidents.label is distinct from 'false_alarm'
          and incidents.situation <> all (${never}::text[])
          and (
            incidents.situation = any (${always}::text[])
            or incidents.opened_at <= spans.live_from + make_interval(secs => ${withinS}::float8))
        )::int as blamed
      from spans
      left join incidents on incidents.component_id = ${componentId}::int
      and incidents.opened_at >= spans.live_from
      and (spans.live_until is null or incidents.opened_at < spans.live_until)
      group by spans.id
    )
    update known_states
    set incidents = counted.incidents, blamed = counted.blamed
    from counted
    where known_states.id = counted.id
    and (known_states.incidents, known_states.blamed)
      is distinct from (counted.incidents, counted.blamed)`;
}

/** Forget the states of components that were removed, and of others all but the newest. Safe to repeat. */
export function forgetKnownStates(sql: Sql): Statement {
  return sql`
    delete from known_states
    using (
      select
        known_states.id, components.removed_at,
        row_number() over (
          partition by known_states.component_id
          order by known_states.live_from desc, known_states.id desc) as place
      from known_states
      join components on components.id = known_states.component_id
    ) as ranked
    where known_states.id = ranked.id
    and (ranked.removed_at is not null or ranked.place > ${STATES}::int)`;
}
