import type { Action } from '../domain/decide/action.js';
import type { BrainRow } from '../store/brain.js';
import type { StoredRecovery } from '../store/recoveries.js';

/** The document's action types for each action: when it succeeded, and when it failed. */
const ACTION_TYPES: Readonly<Record<Action['name'], readonly [done: string, failed: string]>> = {
  restart: ['service_restart', 'service_restart_failed'],
  rollback: ['automatic_rollback', 'rollback_failed'],
  reset_database: ['db_connection_recovered', 'db_recovery_failed'],
  clean_memory: ['memory_leak_cleanup', 'memory_leak_cleanup'],
  scale: ['scale_up', 'scale_up_failed'],
  fail_over: ['failover', 'failover_failed'],
};

/** Tell how a recovery ended: one row, however often it is told. */
export function recoveryRow(
  recovery: StoredRecovery,
  end: {
    success: boolean;
    error: string | null;
    result: Readonly<Record<string, unknown>> | null;
    proof: Readonly<Record<string, unknown>> | null;
  },
): BrainRow {
  const [done, failed] = ACTION_TYPES[recovery.action.name];
  return {
    agent: 'enhanced_self_healing',
    actionType: end.success ? done : failed,
    component: recovery.component,
    input: {
      action: recovery.action,
      why: recovery.why,
      origin: recovery.origin,
      requested_by: recovery.requestedBy,
      premise: recovery.premise,
    },
    output: { ...end.result, success: end.success, error: end.error, proof: end.proof },
    success: end.success,
    eventKey: `recovery:${recovery.id}`,
    metadata: {
      recovery_id: recovery.id,
      incident_id: recovery.incidentId,
      executor: recovery.executor,
      attempts: recovery.attempts,
    },
  };
}

/** Tell that what was decided, or asked for, is not done after all. */
export function skippedRow(recovery: StoredRecovery, why: string): BrainRow {
  const { id, action, origin, incidentId, component, requestedBy } = recovery;
  return {
    agent: 'enhanced_self_healing',
    actionType: 'remediation_skipped',
    component,
    input: { action, origin, requested_by: requestedBy },
    output: { skipped: true, why },
    success: true,
    eventKey: `skipped:${id}`,
    metadata: { recovery_id: id, incident_id: incidentId },
  };
}

/** Tell that a person has been asked, once per incident and reason. */
export function escalationRow(
  component: string,
  incidentId: string | null,
  why: string,
  eventKey: string,
): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: 'escalation',
    component,
    input: { why },
    output: { needs_person: true },
    success: true,
    eventKey,
    metadata: { incident_id: incidentId },
  };
}

/** Tell that a person has taken automatic deploys back, once per rollback. */
export function handedBackRow(recovery: StoredRecovery, who: string, why: string): BrainRow {
  const { id, incidentId, component } = recovery;
  return {
    agent: 'enhanced_self_healing',
    actionType: 'auto_deploy_handed_back',
    component,
    input: { recovery_id: id, why },
    output: { auto_deploy: 'on', by: who },
    success: true,
    eventKey: `handed-back:${id}`,
    metadata: { recovery_id: id, incident_id: incidentId, who },
  };
}

/** Tell a person's answer to a request for approval. */
export function answerRow(
  recovery: StoredRecovery,
  approved: boolean,
  who: string,
  why: string | null,
): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: approved ? 'remediation_approval' : 'remediation_rejected',
    component: recovery.component,
    input: { action: recovery.action, why },
    output: { approved, by: who },
    success: true,
    eventKey: `answer:${recovery.id}`,
    metadata: { recovery_id: recovery.id, incident_id: recovery.incidentId, who },
  };
}
