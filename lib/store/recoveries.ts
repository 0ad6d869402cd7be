import * as z from 'zod';
import { PlatformRef } from '../domain/component.js';
import { Action } from '../domain/decide/action.js';
import { EXECUTORS, type Recovery } from '../domain/decide/recovery.js';
import { RECOVERY_STATES } from '../domain/decide/recovery-states.js';
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
  executor: z.enum(EXECUTORS),
  target: PlatformRef.nullable(),
  origin: z.enum(['automatic', 'person', 'undo']),
  state: z.enum(RECOVERY_STATES),
  why: z.string(),
  requestedBy: z.string().nullable(),
  verdicts: z.custom<readonly Verdict[]>(),
  premise: PremiseRow,
  token: z.coerce.number(),
  attempts: z.number(),
  claimedUntil: MaybeInstant,
  createdAt: Instant,
  startedAt: MaybeInstant,
  calledAt: MaybeInstant,
  actedAt: MaybeInstant,
  verifyAt: MaybeInstant,
  approveBy: MaybeInstant,
  approvedBy: z.string().nullable(),
  endedAt: MaybeInstant,
  before: object.nullable(),
  after: object.nullable(),
  sealed: z.string().nullable(),
  inverse: Action.nullable(),
  undoes: z.string().nullable(),
  result: object.nullable(),
  error: z.string().nullable(),
  proof: object.nullable(),
});

/** A recovery with the state that its action leads to. */
export interface StoredRecovery extends Recovery {
  readonly after: Readonly<Record<string, unknown>> | null;
  /** What it needs to know and nobody may see, sealed; null where there is nothing of that kind. */
  readonly sealed: string | null;
  /** Where the component ran when it was decided; null where that was not kept. */
  readonly target: PlatformRef | null;
  /** Who said yes, or null where nobody was asked. */
  readonly approvedBy: string | null;
}

/** What to read of recoveries. */
export interface RecoveryFilter {
  readonly id?: string;
  readonly incidentIds?: readonly string[];
  readonly undoes?: string;
  readonly componentId?: number;
  readonly limit: number;
}

/** Read recoveries, newest first. */
export function selectRecoveries(sql: Sql, filter: RecoveryFilter): Statement {
  return sql`
    select
      recoveries.id::text, recoveries.component_id as "componentId",
      components.name as component, recoveries.incident_id::text as "incidentId", recoveries.step,
      recoveries.action, recoveries.executor, recoveries.target, recoveries.origin, recoveries.state, recoveries.why,
      recoveries.requested_by as "requestedBy", recoveries.verdicts, recoveries.premise,
      recoveries.token, recoveries.attempts, recoveries.claimed_until as "claimedUntil",
      recoveries.created_at as "createdAt", recoveries.started_at as "startedAt",
      recoveries.called_at as "calledAt", recoveries.acted_at as "actedAt",
      recoveries.verify_at as "verifyAt", recoveries.approve_by as "approveBy",
      recoveries.approved_by as "approvedBy", recoveries.ended_at as "endedAt",
      recoveries.before_state as before, recoveries.after_state as after, recoveries.sealed,
      recoveries.inverse,
      recoveries.undoes::text, recoveries.result, recoveries.error, recoveries.proof
    from recoveries
    join components on components.id = recoveries.component_id
    where (${filter.id ?? null}::uuid is null or recoveries.id = ${filter.id ?? null}::uuid)
    and (
      ${filter.incidentIds ?? null}::uuid[] is null
      or recoveries.incident_id = any (${filter.incidentIds ?? null}::uuid[]))
    and (${filter.undoes ?? null}::uuid is null or recoveries.undoes = ${filter.undoes ?? null}::uuid)
    and (
      ${filter.componentId ?? null}::int is null
      or recoveries.component_id = ${filter.componentId ?? null}::int)
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
