import type { RecoveryState } from '../../domain/decide/recovery.js';
import type { StoredRecovery } from '../../store/recoveries.js';

const by = (instant: Date | null, at: Date): Date | null =>
  instant !== null && instant <= at ? instant : null;

/**
 * A recovery as it was at an instant, of one whose whole story is known. Pure.
 *
 * When a person said yes is not kept: until it began, it had been waiting for that.
 */
export function recoveryAsOf(recovery: StoredRecovery, at: Date): StoredRecovery {
  if (by(recovery.endedAt, at) !== null) return recovery;
  const startedAt = by(recovery.startedAt, at);
  const actedAt = by(recovery.actedAt, at);
  return {
    ...recovery,
    state: stateOf(recovery, startedAt, actedAt),
    startedAt,
    actedAt,
    endedAt: null,
    proof: null,
    error: null,
  };
}

function stateOf(
  { approveBy }: StoredRecovery,
  startedAt: Date | null,
  actedAt: Date | null,
): RecoveryState {
  if (actedAt !== null) return 'verifying';
  if (startedAt !== null) return 'executing';
  return approveBy === null ? 'planned' : 'awaiting_approval';
}
