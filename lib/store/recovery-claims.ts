import * as z from 'zod';
import type { Action } from '../domain/decide/action.js';
import type { Recovery } from '../domain/decide/recovery.js';
import type { Verdict } from '../domain/decide/verdict.js';
import { holdRecovery } from './recovery-progress.js';
import { Instant, parseFirst } from './rows.js';
import { type Sql, type Statement, sqlState } from './sql.js';

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
 * Where it is to be carried out is kept with it (`placeOf` in lib/domain/place.ts); a change of that raises the version, too.
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
  const [row] = await claim(sql, version, wanted);
  const answer = z.object({ raised: z.number(), ids: z.array(z.string()).nullable() }).parse(row);
  return answer.raised === 0 ? null : (answer.ids ?? []);
}

/**
 * Claim recoveries, all of them or none, and tell of it in the same transaction: a claim that nobody was
 * told of would wait for a person who was never asked.
 *
 * @returns false when the facts were no longer the present ones; then nothing was told
 */
export async function claimAndTell(
  sql: Sql,
  version: string,
  wanted: readonly NewRecovery[],
  telling: readonly Statement[],
): Promise<boolean> {
  try {
    await sql.transaction([
      claim(sql, version, wanted),
      ...wanted.map(({ id, state }) => holdRecovery(sql, { id, token: 1 }, state)),
      ...telling,
    ]);
    return true;
  } catch (error) {
    if (sqlState(error) === 'FS001') return false;
    throw error;
  }
}

function claim(sql: Sql, version: string, wanted: readonly NewRecovery[]): Statement {
  return sql`
    with raised as (
      update control
      set decision_version = decision_version + 1
      where id = 1
      and decision_version = ${version}::bigint
      returning decision_version
    ),
    inserted as (
      insert into recoveries (
        id, component_id, incident_id, step, attempt, action, executor, target, origin, state, why,
        requested_by, verdicts, premise, approve_by, undoes)
      select
        wanted.id, wanted.component_id, wanted.incident_id, wanted.step,
        1 + (
          select count(*)
          from recoveries
          where recoveries.incident_id = wanted.incident_id
          and recoveries.step = wanted.step),
        wanted.action, wanted.executor,
        (
          select
            case wanted.action ->> 'name'
              when 'reset_database' then coalesce(components.database, components.platform)
              else components.platform
            end
          from components
          where components.id = wanted.component_id),
        wanted.origin, wanted.state, wanted.why,
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
}

/**
 * Take the right to execute a recovery: it was planned, or its last executor let the claim expire.
 *
 * Whoever gets it holds a token higher than all before; null means that another has it, or that it is
 * no longer to be executed. While everything is paused nothing is begun; what was begun can still be taken
 * over, to find out how far it came.
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
      (
        recovery.state = 'planned'
        and exists (select 1 from control where control.id = 1 and not control.paused))
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
