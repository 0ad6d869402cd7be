import * as z from 'zod';
import { Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** What a pipeline reports of a deployment. */
export interface DeploymentReport {
  readonly id: string;
  readonly component: string;
  readonly version: string;
  readonly kind: 'deployment' | 'config';
  readonly phase: 'started' | 'finished' | 'failed';
  readonly commit: string | null;
  readonly platformRef: string | null;
  readonly actor: string | null;
  /** Why nothing from before it can run any more; null where it can. */
  readonly oneWay: string | null;
}

/**
 * How long after an end the same one again is a repeat of its report, seconds: pipelines retry within minutes, and
 * nobody deploys the same version twice in that time without another between.
 */
const REPEATED_S = 600;

/** Let reports of one component's deployments wait for one another, in the transaction that records one. */
export function lockDeployments(sql: Sql, component: string): Statement {
  return sql`select id from components where name = ${component}::text for no key update`;
}

/**
 * Record a deployment that began or ended.
 *
 * An end finds the running deployment of that version; without one it is recorded as begun and ended
 * now, unless it repeats the last end. A repeated start finds the running one. Raises the decision version. Answers
 * the deployment's id, or nothing for an unknown component, and for a start that another request is recording just now.
 */
export function recordDeployment(sql: Sql, report: DeploymentReport): Statement {
  return sql`
    with target as (
      select id
      from components
      where name = ${report.component}::text
      and removed_at is null
    ),
    raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
    ),
    ended as (
      update deployments
      set
        phase = ${report.phase}::text,
        ended_at = case when ${report.phase}::text = 'started' then null else now() end,
        commit_sha = coalesce(${report.commit}::text, commit_sha),
        platform_ref = coalesce(${report.platformRef}::text, platform_ref),
        actor = coalesce(${report.actor}::text, actor),
        one_way = coalesce(${report.oneWay}::text, one_way)
      from target
      where deployments.component_id = target.id
      and deployments.version = ${report.version}::text
      and deployments.kind = ${report.kind}::text
      and deployments.phase = 'started'
      returning deployments.id
    ),
    repeated as (
      select newest.id
      from (
        select deployments.id, deployments.version, deployments.phase, deployments.ended_at
        from deployments
        join target on target.id = deployments.component_id
        where deployments.kind = ${report.kind}::text
        and deployments.ended_at is not null
        order by deployments.ended_at desc, deployments.id desc
        limit 1
      ) as newest
      where newest.version = ${report.version}::text
      and newest.phase = ${report.phase}::text
      and newest.ended_at > now() - make_interval(secs => ${REPEATED_S}::float8)
      and not exists (select 1 from ended)
    ),
    begun as (
      insert into deployments (
        id, component_id, version, kind, phase, commit_sha, platform_ref, actor, one_way,
        started_at, ended_at)
      select
        ${report.id}::uuid, target.id, ${report.version}::text, ${report.kind}::text,
        ${report.phase}::text, ${report.commit}::text, ${report.platformRef}::text,
        ${report.actor}::text, ${report.oneWay}::text, now(),
        case when ${report.phase}::text = 'started' then null else now() end
      from target
      where not exists (select 1 from ended)
      and not exists (select 1 from repeated)
      on conflict (component_id, version, kind) where phase = 'started' do nothing
      returning id
    )
    select id::text from ended
    union all
    select id::text from repeated
    union all
    select id::text from begun`;
}

const DeploymentRow = z.object({
  id: z.string(),
  componentId: z.number(),
  component: z.string(),
  version: z.string(),
  kind: z.enum(['deployment', 'config']),
  phase: z.enum(['started', 'finished', 'failed']),
  commit: z.string().nullable(),
  platformRef: z.string().nullable(),
  actor: z.string().nullable(),
  oneWay: z.string().nullable(),
  startedAt: Instant,
  endedAt: MaybeInstant,
});

/** A deployment as it is kept. */
export type Deployment = z.infer<typeof DeploymentRow>;

/**
 * Read deployments, newest first: one, those of some components since an instant, or all.
 *
 * @param filter.phase - only those in this phase
 * @param filter.oneWay - only those from before which nothing can run any more
 */
export async function listDeployments(
  sql: Sql,
  filter: {
    id?: string;
    componentIds?: readonly number[];
    phase?: Deployment['phase'];
    oneWay?: boolean;
    withinS?: number;
    limit: number;
  },
): Promise<Deployment[]> {
  const rows = await sql`
    select
      deployments.id::text, deployments.component_id as "componentId",
      components.name as component, deployments.version, deployments.kind, deployments.phase,
      deployments.commit_sha as commit, deployments.platform_ref as "platformRef",
      deployments.actor, deployments.one_way as "oneWay", deployments.started_at as "startedAt", deployments.ended_at as "endedAt"
    from deployments
    join components on components.id = deployments.component_id
    where (${filter.id ?? null}::uuid is null or deployments.id = ${filter.id ?? null}::uuid)
    and (
      ${filter.componentIds ?? null}::int[] is null
      or deployments.component_id = any (${filter.componentIds ?? null}::int[]))
    and (${filter.phase ?? null}::text is null or deployments.phase = ${filter.phase ?? null}::text)
    and (not ${filter.oneWay ?? false}::boolean or deployments.one_way is not null)
    and (
      ${filter.withinS ?? null}::float8 is null
      or coalesce(deployments.ended_at, deployments.started_at)
        > now() - make_interval(secs => ${filter.withinS ?? null}::float8))
    order by deployments.started_at desc, deployments.id desc
    limit ${filter.limit}::int`;
  return parseRows(DeploymentRow, rows);
}

/** The newest deployment of a component from before which nothing can run any more, or null. */
export async function newestOneWay(sql: Sql, componentId: number): Promise<Deployment | null> {
  const [newest] = await listDeployments(sql, {
    componentIds: [componentId],
    oneWay: true,
    limit: 1,
  });
  return newest ?? null;
}
