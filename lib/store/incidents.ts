import * as z from 'zod';
import { Action } from '../domain/decide/action.js';
import { CONFIDENCES, SITUATIONS } from '../domain/decide/cause.js';
import type { Incident, Plan } from '../domain/decide/incident.js';
import type { Premise } from '../domain/decide/recovery.js';
import { KeptPlanRule } from '../domain/decide/rules/plan-rule.js';
import type { Verdict } from '../domain/decide/verdict.js';
import { type Cursor, Instant, MaybeInstant, parseRows } from './rows.js';
import type { Sql, Statement } from './sql.js';

/** Who or what opened an incident. */
export type OpenedBy = 'prediction' | 'samples' | 'probe' | 'alert' | 'person';

/** An incident as the store knows it. */
export interface StoredIncident extends Incident {
  readonly openedBy: OpenedBy;
  readonly refusal: readonly Verdict[] | null;
  readonly premise: Premise;
  readonly predictedFailureAt: Date | null;
  readonly failedAt: Date | null;
  readonly closedWhy: string | null;
  readonly acknowledgedAt: Date | null;
  readonly label: 'real' | 'false_alarm' | null;
}

const StepRow = z.object({
  action: z.union([
    Action,
    z.object({ name: z.literal('page') }),
    z.object({ name: z.literal('hold') }),
  ]),
  why: z.string(),
  expects: z.string(),
  proof: z.string(),
});

const CauseRow = z.object({
  situation: z.enum(SITUATIONS),
  cause: z.string(),
  confidence: z.enum(CONFIDENCES),
});

const PlanRow: z.ZodType<Plan> = z.object({
  situation: z.enum(SITUATIONS),
  cause: z.string(),
  causes: z.array(CauseRow).optional(),
  steps: z.array(StepRow),
  rule: KeptPlanRule.optional(),
  anew: z.literal(true).optional(),
});

/** A premise, as kept in JSON. */
export const PremiseRow: z.ZodType<Premise> = z.object({
  probability: z.number(),
  level: z.enum(['critical', 'high', 'medium']).nullable(),
  score: z.number().nullable(),
  reasons: z.array(z.string()),
  breaching: z.array(z.string()),
  metrics: z.record(z.string(), z.number()),
});

const IncidentRow = z.object({
  id: z.string(),
  componentId: z.number(),
  component: z.string(),
  kind: z.enum(['predicted', 'failing']),
  state: z.enum(['open', 'closed']),
  severity: z.enum(['critical', 'high', 'medium']),
  openedBy: z.enum(['prediction', 'samples', 'probe', 'alert', 'person']),
  plan: PlanRow,
  step: z.number(),
  needsPerson: z.boolean(),
  refusal: z.custom<readonly Verdict[]>().nullable(),
  premise: PremiseRow,
  predictedFailureAt: MaybeInstant,
  openedAt: Instant,
  failedAt: MaybeInstant,
  closedAt: MaybeInstant,
  closedWhy: z.string().nullable(),
  acknowledgedAt: MaybeInstant,
  acknowledgedBy: z.string().nullable(),
  label: z.enum(['real', 'false_alarm']).nullable(),
});

/** What to read of incidents. */
export interface IncidentFilter {
  readonly id?: string;
  readonly ids?: readonly string[];
  readonly componentIds?: readonly number[];
  readonly component?: string;
  readonly state?: 'open' | 'closed';
  readonly before?: Cursor | null;
  /** The most severe first, and of those the oldest, so that a limit leaves out the mildest. */
  readonly worstFirst?: boolean;
  readonly limit: number;
}

/** Read incidents, newest first unless asked otherwise. */
export function selectIncidents(sql: Sql, filter: IncidentFilter): Statement {
  const { id = null, ids = null, componentIds = null, component = null, state = null } = filter;
  const beforeAt = filter.before?.at.toISOString() ?? null;
  const beforeId = filter.before?.id ?? null;
  const worst = filter.worstFirst ?? false;
  return sql`
    select
      incidents.id::text, incidents.component_id as "componentId", components.name as component,
      incidents.kind, case when incidents.closed_at is null then 'open' else 'closed' end as state,
      incidents.severity, incidents.opened_by as "openedBy", incidents.plan, incidents.step,
      incidents.needs_person as "needsPerson", incidents.refusal, incidents.premise,
      incidents.predicted_failure_at as "predictedFailureAt", incidents.opened_at as "openedAt",
      incidents.failed_at as "failedAt", incidents.closed_at as "closedAt",
      incidents.closed_why as "closedWhy", incidents.acknowledged_at as "acknowledgedAt",
      incidents.acknowledged_by as "acknowledgedBy", incidents.label
    from incidents
    join components on components.id = incidents.component_id
    where (${id}::uuid is null or incidents.id = ${id}::uuid)
    and (${ids}::uuid[] is null or incidents.id = any (${ids}::uuid[]))
    and (
      ${componentIds}::int[] is null
      or incidents.component_id = any (${componentIds}::int[]))
    and (
      ${component}::text is null
      or components.name = ${component}::text)
    and (
      ${state}::text is null
      or (${state}::text = 'open') = (incidents.closed_at is null))
    and (
      ${beforeAt}::timestamptz is null
      or (incidents.opened_at, incidents.id)
        < (${beforeAt}::timestamptz, ${beforeId}::uuid))
    order by
      case when ${worst}::bool then array_position(
        array['critical', 'high', 'medium'], incidents.severity) end,
      case when ${worst}::bool then incidents.opened_at end,
      incidents.opened_at desc, incidents.id desc
    limit ${filter.limit}::int`;
}

/** Parse what {@link selectIncidents} answered. */
export function readIncidents(rows: readonly Record<string, unknown>[]): StoredIncident[] {
  return parseRows(IncidentRow, rows);
}

/** Names of the components in trouble, as {@link selectIncidents} answered; also where the rest cannot be read. */
export function componentsIn(rows: readonly Record<string, unknown>[]): Set<string> {
  return new Set(rows.map((row) => String(row['component'])));
}

/** Keep how far an incident's plan has come, and what holds it back. */
export function updateIncident(
  sql: Sql,
  change: {
    id: string;
    step: number;
    needsPerson: boolean;
    refusal: readonly Verdict[] | null;
    /** Whether that was decided on a plan made anew: nothing is kept of what was decided on another; any where absent. */
    anew?: boolean;
  },
): Statement {
  return sql`
    update incidents
    set
      step = greatest(step, ${change.step}::int),
      needs_person = needs_person or ${change.needsPerson}::bool,
      refusal = ${change.refusal === null ? null : JSON.stringify(change.refusal)}::jsonb
    where id = ${change.id}::uuid
    and closed_at is null
    and (
      ${change.anew ?? null}::bool is null
      or coalesce((plan ->> 'anew')::bool, false) = ${change.anew ?? null}::bool)`;
}
