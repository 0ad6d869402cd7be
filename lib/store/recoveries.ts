import * as z from 'zod';
import { Action } from '../domain/decide/action.js';
import type { Recovery } from '../domain/decide/recovery.js';
import type { Verdict } from '../domain/decide/verdict.js';
import { PremiseRow } from './incidents.js';
import { Instant, MaybeInstant, parseFirst, parseRows } from './rows.js';
import type { Row, Sql, Statement } from './sql.js';

const object = z.record(z.string(), z.unknown());

const RecoveryRow = z.object({
  id: z.string(),
  componentId: z.number(),
  component: z.string(),
  incidentId: z.string().nullable(),
  step: z.number(),
  action: Action,
  executor: z.enum(['render', 'agent']),
  origin: z.enum(['automatic', 'person', 'undo']),
  state: z.enum([
    'planned',
    'awaiting_approval',
    'executing',
    'verifying',
    'succeeded',
    'failed',
    'undone',
    'skipped',
    'expired',
  ]),
  why: z.string(),
  requestedBy: z.string().nullable(),
  verdicts: z.custom<readonly Verdict[]>(),
  premise: PremiseRow,
  token: z.coerce.number(),
  attempts: z.number(),
  claimedUntil: MaybeInstant,
  createdAt: Instant,
  startedAt: MaybeInstant,
  actedAt: MaybeInstant,
  verifyAt: MaybeInstant,
  approveBy: MaybeInstant,
  endedAt: MaybeInstant,
  before: object.nullable(),
  after: object.nullable(),
  inverse: Action.nullable(),
  undoes: z.string().nullable(),
  result: object.nullable(),
  error: z.string().nullable(),
  proof: object.nullable(),
});

/** A recovery with the state that its action leads to. */
export interface StoredRecovery extends Recovery {
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** What to read of recoveries. */
export interface RecoveryFilter {
  readonly id?: string;
  readonly incidentIds?: readonly string[];
  readonly undoes?: string;
  readonly limit: number;
}

/** Read recoveries, newest first. */
export function selectRecoveries(sql: Sql, filter: RecoveryFilter): Statement {
  return sql`
    select
      recoveries.id::text, recoveries.component_id as "componentId",
      components.name as component, recoveries.incident_id::text as "incidentId", recoveries.step,
      recoveries.action, recoveries.executor, recoveries.origin, recoveries.state, recoveries.why,
      recoveries.requested_by as "requestedBy", recoveries.verdicts, recoveries.premise,
      recoveries.token, recoveries.attempts, recoveries.claimed_until as "claimedUntil",
      recoveries.created_at as "createdAt", recoveries.started_at as "startedAt",
      recoveries.acted_at as "actedAt", recoveries.verify_at as "verifyAt",
      recoveries.approve_by as "approveBy", recoveries.ended_at as "endedAt",
      recoveries.before_state as before, recoveries.after_state as after, recoveries.inverse,
      recoveries.undoes::text, recoveries.result, recoveries.error, recoveries.proof
    from recoveries
    join components on components.id = recoveries.component_id
    where (${filter.id ?? null}::uuid is null or recoveries.id = ${filter.id ?? null}::uuid)
    and (
      ${filter.incidentIds ?? null}::uuid[] is null
      or recoveries.incident_id = any (${filter.incidentIds ?? null}::uuid[]))
    and (${filter.undoes ?? null}::uuid is null or recoveries.undoes = ${filter.undoes ?? null}::uuid)
    order by recoveries.created_at desc, recoveries.id desc
    limit ${filter.limit}::int`;
}

/** Parse what {@link selectRecoveries} answered. */
export function readRecoveries(rows: readonly Row[]): StoredRecovery[] {
  return parseRows(RecoveryRow, rows);
}

/** Read one recovery, or null. */
export async function findRecovery(sql: Sql, id: string): Promise<StoredRecovery | null> {
  return parseFirst(RecoveryRow, await selectRecoveries(sql, { id, limit: 1 }));
}

/** A recovery to be claimed. */
export interface NewRecovery {
  readonly id: string;
  readonly componentId: number;
  readonly incidentId: string | null;
  readonly step: number;
  readonly action: Action;
  readonly executor: Recovery['executor'];
  readonly origin: Recovery['origin'];
  readonly state: 'planned' | 'awaiting_approval';
  readonly why: string;
  readonly requestedBy: string | null;
  readonly verdicts: readonly Verdict[];
  readonly premise: Recovery['premise'];
  readonly approveBy: Date | null;
  readonly undoes: string | null;
}

/**
 * Claim recoveries that were decided on the facts of one decision version.
 *
 * One statement raises the version *if it is still the one read* and inserts the rows: of two callers
 * that decided on the same facts one gets its rows, the other an empty answer and must read again.
 *
 * @returns the ids that were inserted; null when the facts were no longer the present ones
 */
export async function claimRecoveries(
  sql: Sql,
  version: string,
  wanted: readonly NewRecovery[],
): Promise<string[] | null> {
  const rows = await sql`
    with raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
      and decision_version = ${version}::bigint
      returning decision_version
    ),
    inserted as (
      insert into recoveries (
        id, component_id, incident_id, step, attempt, action, executor, origin, state, why,
        requested_by, verdicts, premise, approve_by, undoes)
      select
        wanted.id, wanted.component_id, wanted.incident_id, wanted.step,
        1 + (
          select count(*)
          from recoveries
          where recoveries.incident_id = wanted.incident_id
          and recoveries.step = wanted.step),
        wanted.action, wanted.executor, wanted.origin, wanted.state, wanted.why,
        wanted.requested_by, wanted.verdicts, wanted.premise, wanted.approve_by, wanted.undoes
      from raised, unnest(
        ${wanted.map((one) => one.id)}::uuid[],
        ${wanted.map((one) => one.componentId)}::int[],
        ${wanted.map((one) => one.incidentId)}::uuid[],
        ${wanted.map((one) => one.step)}::int[],
        ${wanted.map((one) => JSON.stringify(one.action))}::jsonb[],
        ${wanted.map((one) => one.executor)}::text[],
        ${wanted.map((one) => one.origin)}::text[],
        ${wanted.map((one) => one.state)}::text[],
        ${wanted.map((one) => one.why)}::text[],
        ${wanted.map((one) => one.requestedBy)}::text[],
        ${wanted.map((one) => JSON.stringify(one.verdicts))}::jsonb[],
        ${wanted.map((one) => JSON.stringify(one.premise))}::jsonb[],
        ${wanted.map((one) => one.approveBy?.toISOString() ?? null)}::timestamptz[],
        ${wanted.map((one) => one.undoes)}::uuid[]
      ) as wanted (
        id, component_id, incident_id, step, action, executor, origin, state, why,
        requested_by, verdicts, premise, approve_by, undoes)
      where wanted.incident_id is null
      or exists (
        select 1
        from incidents
        where incidents.id = wanted.incident_id
        and (incidents.closed_at is null or wanted.origin = 'undo'))
      on conflict do nothing
      returning id::text
    )
    select
      (select count(*)::int from raised) as raised,
      (select array_agg(id) from inserted) as ids`;
  const answer = z
    .object({ raised: z.number(), ids: z.array(z.string()).nullable() })
    .parse(rows[0]);
  return answer.raised === 0 ? null : (answer.ids ?? []);
}

/**
 * Take the right to execute a recovery: it was planned, or its last executor let the claim expire.
 *
 * Whoever gets it holds a token higher than all before; null means that another has it, or that it is
 * no longer to be executed.
 */
export async function claimExecution(
  sql: Sql,
  id: string,
  claimS: number,
): Promise<{ token: number; attempts: number; first: boolean; startedAt: Date } | null> {
  const rows = await sql`
    update recoveries as recovery
    set
      state = 'executing', token = recovery.token + 1, attempts = recovery.attempts + 1,
      started_at = coalesce(recovery.started_at, now()),
      claimed_until = now() + make_interval(secs => ${claimS}::float8)
    from recoveries as before
    where recovery.id = ${id}::uuid
    and before.id = recovery.id
    and (
      recovery.state = 'planned'
      or (recovery.state = 'executing' and recovery.claimed_until <= now()))
    returning
      recovery.token, recovery.attempts, recovery.started_at as "startedAt",
      before.state = 'planned' as first`;
  return parseFirst(
    z.object({
      token: z.coerce.number(),
      attempts: z.number(),
      first: z.boolean(),
      startedAt: Instant,
    }),
    rows,
  );
}

/** Who holds a recovery: every write of an executor says so, and changes nothing once it is superseded. */
export interface Held {
  readonly id: string;
  readonly token: number;
}

/** Keep what the executor found before it acts; answers nothing when the claim was taken over. */
export function keepPrepared(
  sql: Sql,
  held: Held,
  prepared: {
    before: Readonly<Record<string, unknown>> | null;
    after: Readonly<Record<string, unknown>> | null;
    inverse: Action | null;
  },
): Statement {
  return sql`
    update recoveries
    set
      before_state = ${jsonOrNull(prepared.before)}::jsonb,
      after_state = ${jsonOrNull(prepared.after)}::jsonb,
      inverse = ${jsonOrNull(prepared.inverse)}::jsonb
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'executing'
    returning id::text`;
}

const jsonOrNull = (value: object | null): string | null =>
  value === null ? null : JSON.stringify(value);

/** Let another attempt take over at once: this one failed in a way that a second try may mend. */
export function releaseExecution(sql: Sql, held: Held, error: string): Statement {
  return sql`
    update recoveries
    set claimed_until = now(), error = ${error}::text, published_at = null
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'executing'
    returning id::text`;
}

/** Record that the action was carried out; it is verified after its settling time. */
export function recordActed(
  sql: Sql,
  held: Held,
  acted: { result: Readonly<Record<string, unknown>>; settleS: number },
): Statement {
  return sql`
    update recoveries
    set
      state = 'verifying', acted_at = now(), claimed_until = null, error = null,
      result = ${JSON.stringify(acted.result)}::jsonb, published_at = null,
      verify_at = now() + make_interval(secs => ${acted.settleS}::float8)
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'executing'
    returning id::text`;
}

/** Put a verification off: the samples it needs are not there yet. */
export function postponeVerification(sql: Sql, held: Held, delayS: number): Statement {
  return sql`
    update recoveries
    set
      verify_at = now() + make_interval(secs => ${delayS}::float8), published_at = null,
      token = token + 1
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = 'verifying'
    returning id::text`;
}

/** End a recovery from one of some states, once; answers nothing when it was not in one of them. */
export function endRecovery(
  sql: Sql,
  held: Held,
  end: {
    from: readonly Recovery['state'][];
    to: 'succeeded' | 'failed' | 'undone' | 'skipped' | 'expired';
    error: string | null;
    proof?: Readonly<Record<string, unknown>> | null;
    result?: Readonly<Record<string, unknown>> | null;
  },
): Statement {
  return sql`
    update recoveries
    set
      state = ${end.to}::text, ended_at = now(), claimed_until = null, token = token + 1,
      error = ${end.error}::text,
      proof = coalesce(${jsonOrNull(end.proof ?? null)}::jsonb, proof),
      result = coalesce(${jsonOrNull(end.result ?? null)}::jsonb, result)
    where id = ${held.id}::uuid
    and token = ${held.token}::bigint
    and state = any (${end.from}::text[])
    returning id::text`;
}

/** Turn a failed recovery into an undone one, after its inverse has been carried out. */
export function markUndone(sql: Sql, id: string): Statement {
  return sql`
    update recoveries
    set state = 'undone', token = token + 1
    where id = ${id}::uuid
    and state in ('failed', 'succeeded')`;
}

/** Let an approved recovery go on; answers nothing when it was not waiting, or its time was up. */
export function approveRecovery(sql: Sql, id: string, who: string): Statement {
  return sql`
    update recoveries
    set
      state = 'planned', approved_by = ${who}::text, token = token + 1, published_at = null
    where id = ${id}::uuid
    and state = 'awaiting_approval'
    and approve_by > now()
    returning id::text, token`;
}

/** Note that the message for the present state of these recoveries was handed to the queue. */
export function markPublished(sql: Sql, held: readonly Held[]): Statement {
  return sql`
    update recoveries
    set published_at = now()
    from unnest(
      ${held.map((one) => one.id)}::uuid[],
      ${held.map((one) => one.token)}::bigint[]
    ) as sent (id, token)
    where recoveries.id = sent.id
    and recoveries.token = sent.token
    and recoveries.state in ('planned', 'executing', 'verifying')`;
}

const DueRow = z.object({
  id: z.string(),
  token: z.coerce.number(),
  state: z.enum(['planned', 'executing', 'verifying', 'awaiting_approval']),
  delayS: z.number(),
});

/** A recovery whose message must be sent (again). */
export type Due = z.infer<typeof DueRow>;

/**
 * Find what the queue does not know of, or has lost: the outbox.
 *
 * Planned and never published, or published long ago without effect; executing with an expired claim;
 * verifying and overdue; approvals whose time is up.
 *
 * @param lostS - how long after its publication a message counts as lost
 */
export async function dueRecoveries(sql: Sql, lostS: number): Promise<Due[]> {
  const rows = await sql`
    select
      id::text, token, state,
      greatest(0, coalesce(extract(epoch from (verify_at - now())), 0))::float8 as "delayS"
    from recoveries
    where (
      state = 'planned'
      and (published_at is null or published_at < now() - make_interval(secs => ${lostS}::float8)))
    or (
      state = 'executing'
      and claimed_until <= now()
      and (published_at is null or published_at < now() - make_interval(secs => ${lostS}::float8)))
    or (
      state = 'verifying'
      and (
        published_at is null
        or (
          verify_at < now() - make_interval(secs => ${lostS}::float8)
          and published_at < now() - make_interval(secs => ${lostS}::float8))))
    or (state = 'awaiting_approval' and approve_by <= now())
    order by created_at
    limit 500`;
  return parseRows(DueRow, rows);
}
