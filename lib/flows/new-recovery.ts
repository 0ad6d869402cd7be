import { uuid7 } from '../security/uuid7.js';
import type { NewRecovery } from '../store/recovery-claims.js';
import type { Claim } from './decision.js';

/** The recovery that a claim makes: planned, or waiting for a person's yes. Pure but for the new id. */
export function newRecovery({
  incident,
  step,
  action,
  executor,
  why,
  verdicts,
  premise,
  approveBy,
}: Claim): NewRecovery {
  return {
    id: uuid7(Date.now()),
    componentId: incident.componentId,
    incidentId: incident.id,
    step,
    action,
    executor,
    origin: 'automatic',
    state: approveBy === null ? 'planned' : 'awaiting_approval',
    why,
    requestedBy: null,
    verdicts,
    premise,
    approveBy,
    undoes: null,
  };
}
