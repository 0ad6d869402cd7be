import * as z from 'zod';
import type { SeenSchema } from '../domain/decide/schema-changes.js';
import { SeenSchemaRow, selectNewestSchema } from './database-schemas.js';
import type { StateOwner } from './known-states.js';
import { Instant, parseFirst, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** Which components are asked for. */
export interface WantedLooks {
  /** Platforms that can tell what is live. */
  readonly platforms: readonly string[];
  readonly everyS: number;
  /** How many, at most. */
  readonly limit: number;
}

/**
 * Components whose turn it is to be looked at, those first that wait longest: what is healthy or has an open incident
 * and was not looked at for `everyS`. No turn is taken by it: that is what {@link beginLook} does.
 *
 * @returns the components' ids
 */
export async function dueLooks(
  sql: Sql,
  { platforms, everyS, limit }: WantedLooks,
): Promise<number[]> {
  const rows = await sql`
    select components.id
    from components
    join component_state on component_state.component_id = components.id
    left join known_state_looks as looked on looked.component_id = components.id
    where components.removed_at is null
    and components.platform ->> 'type' = any (${platforms}::text[])
    and (looked.looked_at is null or looked.looked_at <= now() - make_interval(secs => ${everyS}::float8))
    and (
      component_state.assessment ->> 'state' = 'healthy'
      or exists (
        select 1
        from incidents
        where incidents.component_id = components.id
        and incidents.closed_at is null))
    order by looked.looked_at nulls first, components.id
    limit ${limit}::int`;
  return rows.map((row) => z.number().parse(row['id']));
}

function takeTurn(sql: Sql, componentId: number, everyS: number): Statement {
  return sql`
    insert into known_state_looks (component_id, looked_at)
    values (${componentId}::int, now())
    on conflict (component_id) do update
    set looked_at = excluded.looked_at
    where known_state_looks.looked_at <= now() - make_interval(secs => ${everyS}::float8)
    returning component_id`;
}

const HealthRow = z.object({ now: Instant, healthy: z.boolean(), interrupted: z.boolean() });

const CheckRow = z.object({ at: Instant });

const PastRow = z.object({
  deploymentId: z.string(),
  lastSeen: Instant,
  healthy: z.boolean(),
  looks: z.number(),
  schemaId: z.string().nullable(),
});

/** A known state as far as a later look builds on it. */
export type PastState = z.infer<typeof PastRow>;

/** What a look is judged by. */
export interface LookFacts {
  readonly now: Date;
  /** Whether the component's newest assessment is a fresh and healthy one. */
  readonly healthy: boolean;
  /** Whether it was anything but healthy, or had an open incident, since any of its states was last seen. */
  readonly interrupted: boolean;
  /** When it was found healthy since then, once an hour; of the last day. */
  readonly checks: readonly Date[];
  /** All states that are known of the place. */
  readonly states: readonly PastState[];
  /** The shape in which its database was seen last; null where it names none, or none was seen. */
  readonly schema: SeenSchema | null;
}

/** How a look is made. */
export interface LookTimes {
  readonly everyS: number;
  /** Age from which an assessment says nothing of now. */
  readonly freshS: number;
  /** The place of its database, `databasePlace` in lib/flows/database-place.ts; absent or null where it names none. */
  readonly place?: string | null;
}

/**
 * Take the turn to look at what is live of a component, and read what the look is judged by. Of two that ask at once,
 * or within `everyS`, one gets it.
 *
 * @returns null when the turn is another's
 */
export async function beginLook(
  sql: Sql,
  owner: StateOwner,
  { everyS, freshS, place = null }: LookTimes,
): Promise<LookFacts | null> {
  const { componentId } = owner;
  const [turn = [], health = [], checks = [], states = [], schema = []] = await sql.transaction([
    takeTurn(sql, componentId, everyS),
    selectHealth(sql, owner, freshS),
    sql`
      select unified_brain.executed_at as at
      from unified_brain
      join components on components.name = unified_brain.metadata ->> 'component'
      where components.id = ${componentId}::int
      and unified_brain.action_type = 'proactive_health_check'
      and unified_brain.output_data ->> 'state' = 'healthy'
      and unified_brain.executed_at > now() - interval '1 day'
      order by unified_brain.executed_at desc
      limit 100`,
    sql`
      select
        deployment_id as "deploymentId", last_seen as "lastSeen", healthy, looks,
        schema_id::text as "schemaId"
      from known_states
      where component_id = ${componentId}::int
      and target = ${owner.target}::text`,
    selectNewestSchema(sql, componentId, place),
  ]);
  const seen = parseFirst(HealthRow, health);
  if (turn.length === 0 || seen === null) return null;
  return {
    ...seen,
    checks: parseRows(CheckRow, checks).map(({ at }) => at),
    states: parseRows(PastRow, states),
    schema: parseFirst(SeenSchemaRow, schema),
  };
}

function selectHealth(sql: Sql, { componentId, target }: StateOwner, freshS: number): Statement {
  return sql`
    with seen as (
      select max(last_seen) as at
      from known_states
      where component_id = ${componentId}::int
      and target = ${target}::text
    )
    select
      now() as now,
      exists (
        select 1
        from component_state
        where component_id = ${componentId}::int
        and assessment ->> 'state' = 'healthy'
        and assessed_at > now() - make_interval(secs => ${freshS}::float8)) as healthy,
      exists (
        select 1
        from ai_proactive_health
        join components on components.name = ai_proactive_health.component
        where components.id = ${componentId}::int
        and ai_proactive_health.state <> 'healthy'
        and ai_proactive_health.created_at > seen.at)
      or exists (
        select 1
        from incidents
        where component_id = ${componentId}::int
        and (closed_at is null or closed_at > seen.at)) as interrupted
    from seen`;
}
