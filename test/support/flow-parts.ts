import { randomUUID } from 'node:crypto';
import type { App } from '../../lib/app.js';
import type { Action } from '../../lib/domain/decide/action.js';
import type { Plan } from '../../lib/domain/decide/incident.js';
import type { Premise, Recovery } from '../../lib/domain/decide/recovery.js';
import { findRecovery, type StoredRecovery } from '../../lib/store/recoveries.js';
import type { TestStack } from './stack.js';

/** A premise in which nothing is wrong. */
export const CALM: Premise = {
  probability: 0,
  level: null,
  score: null,
  reasons: [],
  breaching: [],
  metrics: {},
};

const step = (action: Plan['steps'][number]['action']): Plan['steps'][number] => ({
  action,
  why: 'a test wants it',
  expects: 'nothing',
  proof: 'none',
});

/** A restart, and then a person. */
export const RESTART_PLAN: Plan = {
  situation: 'cpu_saturation',
  cause: 'a test',
  steps: [step({ name: 'restart' }), step({ name: 'page' })],
};

/** Samples that come late ask for a sweep of their own, which would act between two steps of a test: not any more. */
export async function withoutNudges({ sql }: App): Promise<void> {
  await sql`update control set last_sweep_at = now() + interval '1 day'`;
}

/** Register a component, by default on Render as `srv-1`; answers its id. */
export async function addComponent(
  { call, app }: TestStack,
  name: string,
  body: object = { platform: { type: 'render', service_id: 'srv-1' } },
): Promise<number> {
  const { status } = await call('PUT', `/api/components/${name}`, body);
  if (status > 299) throw new Error(`${name} was not registered: ${status}`);
  const [row] = await app.sql`select id from components where name = ${name}::text`;
  return Number(row?.['id']);
}

/** Open an incident, with a plan; answers its id. */
export async function addIncident(
  { sql }: App,
  componentId: number,
  plan: Plan = RESTART_PLAN,
): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into incidents (
      id, component_id, kind, severity, opened_by, situation, cause, plan, premise)
    values (
      ${id}::uuid, ${componentId}::int, 'failing', 'critical', 'samples',
      ${plan.situation}::text, ${plan.cause}::text, ${JSON.stringify(plan)}::jsonb,
      ${JSON.stringify(CALM)}::jsonb)`;
  return id;
}

/** How a recovery of a test differs from a planned restart that a person asked for. */
interface RecoveryGiven {
  readonly incidentId?: string;
  readonly state?: Recovery['state'];
  readonly origin?: Recovery['origin'];
  readonly executor?: Recovery['executor'];
  readonly action?: Action;
  readonly inverse?: Action;
  readonly proof?: object;
  /** Seconds from now; behind us when negative. */
  readonly approveInS?: number;
  readonly verifyInS?: number;
  readonly actedAgoS?: number;
  readonly endedAgoS?: number;
  readonly claimedForS?: number;
  readonly before?: object;
}

/** Insert a recovery in any state, as the store would answer it. */
export async function addRecovery(
  { sql }: App,
  componentId: number,
  given: RecoveryGiven = {},
): Promise<StoredRecovery> {
  const id = randomUUID();
  const json = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));
  await sql`
    insert into recoveries (
      id, component_id, incident_id, action, executor, origin, state, why, verdicts, premise,
      target, inverse, proof, before_state, approve_by, verify_at, acted_at, ended_at, claimed_until)
    values (
      ${id}::uuid, ${componentId}::int, ${given.incidentId ?? null}::uuid,
      ${JSON.stringify(given.action ?? { name: 'restart' })}::jsonb,
      ${given.executor ?? 'render'}::text, ${given.origin ?? 'person'}::text,
      ${given.state ?? 'planned'}::text, 'a test', '[]', ${JSON.stringify(CALM)}::jsonb,
      (select platform from components where id = ${componentId}::int), ${json(given.inverse)}::jsonb, ${json(given.proof)}::jsonb, ${json(given.before)}::jsonb,
      now() + make_interval(secs => ${given.approveInS ?? null}::float8),
      now() + make_interval(secs => ${given.verifyInS ?? null}::float8),
      now() - make_interval(secs => ${given.actedAgoS ?? null}::float8),
      now() - make_interval(secs => ${given.endedAgoS ?? null}::float8),
      now() + make_interval(secs => ${given.claimedForS ?? null}::float8))`;
  return reread({ sql }, id);
}

/** Read a recovery as it is now. */
export async function reread({ sql }: Pick<App, 'sql'>, id: string): Promise<StoredRecovery> {
  const found = await findRecovery(sql, id);
  if (found === null) throw new Error(`there is no recovery ${id}`);
  return found;
}

/** Kinds of an incident's timeline, in order. */
export async function timeline({ sql }: App, incidentId: string): Promise<string[]> {
  const rows = await sql`
    select kind from incident_events where incident_id = ${incidentId}::uuid order by id`;
  return rows.map((row) => String(row['kind']));
}

/** Action types that unified_brain tells of a component, in order. */
export async function told({ sql }: App, component: string): Promise<string[]> {
  const rows = await sql`
    select action_type
    from unified_brain
    where metadata ->> 'component' = ${component}::text
    and action_type <> 'proactive_health_check'
    order by executed_at`;
  return rows.map((row) => String(row['action_type']));
}

/** An application that is overtaken once: something else happens right before its next transaction. */
export function overtaken(app: App, meanwhile: () => Promise<unknown>): App {
  let isNext = true;
  const { sql } = app;
  const tag = (strings: TemplateStringsArray, ...values: unknown[]) => sql(strings, ...values);
  const transaction: App['sql']['transaction'] = async (statements) => {
    if (isNext) {
      isNext = false;
      await meanwhile();
    }
    return sql.transaction(statements);
  };
  return { ...app, sql: Object.assign(tag, { transaction }) };
}
