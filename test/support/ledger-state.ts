import type { Action, RollbackType } from '../../lib/domain/decide/action.js';
import type { LedgerState } from '../../lib/platforms/platform.js';

/** A proven state as the ledger knows one, of two copies and no configuration. */
export function ledgerState(
  deploymentId: string,
  version: string,
  changes: Partial<LedgerState> = {},
): LedgerState {
  return {
    deploymentId,
    version,
    instances: 2,
    config: null,
    firstSeen: new Date(0),
    lastSeen: new Date(0),
    healthyMinutes: 90,
    incidents: 0,
    standing: 'proven',
    evidence: '90 healthy minutes',
    schema: null,
    ...changes,
  };
}

/** A rollback, by default to wherever is best. */
export const rollbackTo = (kind: RollbackType, version?: string): Action => ({
  name: 'rollback',
  rollback_type: kind,
  ...(version === undefined ? {} : { to: version }),
});
