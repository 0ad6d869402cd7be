import * as z from 'zod';
import { SITUATIONS } from '../domain/decide/cause.js';
import {
  readKnownStates,
  type StateOwner,
  type StoredState,
  selectKnownStates,
} from './known-states.js';
import { Instant, parseRows } from './rows.js';
import type { Sql } from './sql.js';

/** Whose turn is taken. */
export interface WantedLooks {
  /** Platforms that can tell what is live. */
  readonly platforms: readonly string[];
  readonly everyS: number;
  /** How many turns, at most. */
  readonly limit: number;
}

/**
 * Take the turn to look at what is live of some components that are healthy or have an open incident: those
 * that nobody has looked at for `everyS`, longest first. Of two that ask at once, one gets each.
 *
 * @returns the components' ids
 */
export async function takeLooks(
  sql: Sql,
  { platforms, everyS, limit }: WantedLooks,
): Promise<number[]> {
  const rows = await sql`
    insert into known_state_looks (component_id, looked_at)
    select components.id, now()
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
    limit ${limit}::int
    on conflict (component_id) do update
    set looked_at = excluded.looked_at
    where known_state_looks.looked_at <= now() - make_interval(secs => ${everyS}::float8)
    returning component_id`;
  return rows.map((row) => z.number().parse(row['component_id']));
}

const HealthRow = z.object({ now: Instant, healthy: z.boolean() });

const TroubleRow = z.object({ at: Instant });

const IncidentRow = z.object({
  situation: z.enum(SITUATIONS),
  openedAt: Instant,
  closedAt: Instant.nullable(),
  isFalseAlarm: z.boolean(),
});

/** What a look is judged by. */
export interface LookFacts {
  readonly now: Date;
  /** Whether the component's newest assessment is a fresh and healthy one. */
  readonly healthy: boolean;
  /** Instants of the last hours at which it became anything but healthy. */
  readonly troubles: readonly Date[];
  readonly incidents: readonly z.infer<typeof IncidentRow>[];
  readonly states: readonly StoredState[];
}

/**
 * Read what a look at a component is judged by.
 *
 * @param freshS - age from which an assessment says nothing of now
 */
export async function readLookFacts(
  sql: Sql,
  owner: StateOwner,
  freshS: number,
): Promise<LookFacts> {
  const { componentId } = owner;
  const [health = [], troubles = [], incidents = [], states = []] = await sql.transaction([
    sql`
      select
        now() as now,
        exists (
          select 1
          from component_state
          where component_id = ${componentId}::int
          and assessment ->> 'state' = 'healthy'
          and assessed_at > now() - make_interval(secs => ${freshS}::float8)) as healthy`,
    sql`
      select ai_proactive_health.created_at as at
      from ai_proactive_health
      join components on components.name = ai_proactive_health.component
      where components.id = ${componentId}::int
      and ai_proactive_health.state <> 'healthy'
      and ai_proactive_health.created_at > now() - interval '3 hours'
      order by ai_proactive_health.created_at desc
      limit 100`,
    sql`
      select
        situation, opened_at as "openedAt", closed_at as "closedAt",
        coalesce(label = 'false_alarm', false) as "isFalseAlarm"
      from incidents
      where component_id = ${componentId}::int
      order by opened_at desc
      limit 200`,
    selectKnownStates(sql, owner),
  ]);
  return {
    ...(parseRows(HealthRow, health)[0] ?? { now: new Date(0), healthy: false }),
    troubles: parseRows(TroubleRow, troubles).map(({ at }) => at),
    incidents: parseRows(IncidentRow, incidents),
    states: readKnownStates(states),
  };
}
