import type { App } from '../app.js';
import { AppError } from '../errors.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';

/** A recovery as the API shows it: state, verdicts, what was called, and the proof. */
export function recoveryJson(recovery: StoredRecovery): object {
  return {
    id: recovery.id,
    component: recovery.component,
    incident_id: recovery.incidentId,
    step: recovery.step,
    action: recovery.action.name,
    params: recovery.action,
    executor: recovery.executor,
    origin: recovery.origin,
    state: recovery.state,
    why: recovery.why,
    requested_by: recovery.requestedBy,
    verdicts: recovery.verdicts,
    attempts: recovery.attempts,
    created_at: recovery.createdAt,
    started_at: recovery.startedAt,
    acted_at: recovery.actedAt,
    verify_at: recovery.verifyAt,
    approve_by: recovery.approveBy,
    ended_at: recovery.endedAt,
    before: recovery.before,
    after: recovery.after,
    undoes: recovery.undoes,
    can_be_undone: recovery.inverse !== null,
    result: recovery.result,
    error: recovery.error,
    proof: recovery.proof,
  };
}

/** Read one recovery that somebody names. @throws {AppError} `not_found` */
export async function requireRecovery(app: App, id: string): Promise<StoredRecovery> {
  const recovery = await findRecovery(app.sql, id);
  if (recovery === null) throw new AppError('not_found', `there is no recovery ${id}`);
  return recovery;
}
