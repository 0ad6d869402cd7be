import * as z from 'zod';
import { type Component, ComponentConfig } from '../domain/component.js';
import { type Memory, NO_MEMORY } from '../domain/decide/memory.js';
import type { Sample } from '../domain/metrics.js';
import { NO_PAST, type Past } from '../domain/past/past.js';
import { copiesStatement, type Reach, samplesByComponent } from './copies.js';
import { KeptPast, pastOf } from './kept-past.js';
import { Instant, MaybeInstant } from './rows.js';

import type { Row, Sql } from './sql.js';

/** A component with all that an assessment of it needs. */
export interface Watched {
  readonly component: Component;
  /** The samples of its window, of all instances. */
  readonly samples: readonly Sample[];
  readonly memory: Memory;
  /** What was before the window, as the last sweep left it. */
  readonly past: Past;
  readonly firstSampleAt: Date | null;
  /** Age-independent newest sample, also when it lies before the window. */
  readonly lastSampleAt: Date | null;
  readonly checkedHour: Date | null;
  readonly resetAt: Date | null;
  readonly agentPresent: boolean;
  /** Copies that were wanted when its platform was last looked at, lately; null where nobody knows. */
  readonly instances: number | null;
  readonly lastScore: number | null;
  readonly lastLevel: string | null;
  readonly lastState: string | null;
}

const WatchedRow = z.object({
  id: z.number(),
  name: z.string(),
  createdAt: Instant,
  config: z.record(z.string(), z.unknown()),
  memory: z.custom<Memory>().nullable(),
  past: KeptPast.nullable().catch(null),
  firstSampleAt: MaybeInstant,
  lastSampleAt: MaybeInstant,
  checkedHour: MaybeInstant,
  resetAt: MaybeInstant,
  agentPresent: z.boolean(),
  instances: z.number().nullable(),
  assessment: z.record(z.string(), z.unknown()).nullable(),
});

/** Read the windows of all components with ids in a range, and the database's clock, in one round trip. */
export async function readWindows(
  sql: Sql,
  reach: Reach,
): Promise<{ now: Date; watched: Watched[] }> {
  const at = reach.at?.toISOString() ?? null;
  const [clock, components, copies] = await sql.transaction([
    sql`select coalesce(${at}::timestamptz, now()) as now`,
    componentsStatement(sql, reach),
    copiesStatement(sql, reach),
  ]);
  const now = Instant.parse(clock?.[0]?.['now']);
  return { now, watched: assemble(components ?? [], copies ?? [], reach.points) };
}

function componentsStatement(sql: Sql, reach: Reach) {
  return sql`
    select
      components.id, components.name, components.created_at as "createdAt",
      json_build_object(
        'platform', components.platform, 'database', components.database, 'mode', components.mode, 'modes', components.modes,
        'limits', components.limits, 'scale', components.scale,
        'depends_on', components.depends_on, 'standby', components.standby,
        'providers', components.providers, 'group', components.peer_group,
        'health_url', components.health_url, 'labels', components.labels
      ) as config,
      component_state.memory, component_state.past, component_state.first_sample_at as "firstSampleAt",
      component_state.last_sample_at as "lastSampleAt",
      component_state.checked_hour as "checkedHour", component_state.reset_at as "resetAt",
      json_build_object(
        'health_score', component_state.assessment -> 'health_score',
        'state', component_state.assessment -> 'state',
        'level', component_state.assessment -> 'level'
      ) as assessment,
      exists (
        select 1
        from instances
        where instances.component_id = components.id
        and instances.pushed_at > now() - interval '120 seconds'
      ) as "agentPresent",
      (
        select known_states.instances
        from known_states
        where known_states.component_id = components.id
        and known_states.last_seen > now() - interval '15 minutes'
        order by known_states.last_seen desc
        limit 1
      ) as instances
    from components
    left join component_state on component_state.component_id = components.id
    where components.id between ${reach.fromId}::int and ${reach.toId}::int
    and components.removed_at is null
    order by components.id
    limit 10000`;
}

function assemble(components: readonly Row[], copies: readonly Row[], points: number): Watched[] {
  const samples = samplesByComponent(copies, points);
  return components.map((row) => {
    const { id, name, createdAt, config, assessment, memory, past, ...rest } =
      WatchedRow.parse(row);
    return {
      ...rest,
      memory: { ...NO_MEMORY, ...memory },
      past: past === null ? NO_PAST : pastOf(past),
      component: { ...ComponentConfig.parse({ ...config, refs: [] }), id, name, createdAt },
      samples: samples.get(id) ?? [],
      lastScore: z.number().nullable().catch(null).parse(assessment?.['health_score']),
      lastLevel: z.string().nullable().catch(null).parse(assessment?.['level']),
      lastState: z.string().nullable().catch(null).parse(assessment?.['state']),
    };
  });
}
