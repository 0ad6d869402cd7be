import type { App } from '../app.js';
import type { GuardName } from '../domain/decide/verdict.js';
import { AppError } from '../errors.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import type { Executed } from './attempt.js';
import { execute } from './execute.js';
import { heal } from './heal.js';
import { skipRecovery } from './skip-recovery.js';
import { type Stop, stopNow } from './stop-now.js';

/** What came of a message about a recovery. */
export interface Outcome {
  readonly outcome: string;
}

/**
 * Carry out one recovery that was decided on.
 *
 * A message may come twice, late, or in parallel: whoever gets the claim executes, all others learn that
 * there is nothing to do, or to come back when the claim has expired. Before it is begun, and right before
 * every call, the guards and the premise are looked at again; what no longer holds is skipped, and the next
 * sweep decides how the plan goes on, once it has looked at the whole fleet.
 *
 * @throws {AppError} `unavailable` or `upstream_unavailable` when the queue should try again
 */
export async function recover(app: App, recoveryId: string): Promise<Outcome> {
  const recovery = await findRecovery(app.sql, recoveryId);
  if (recovery === null) return { outcome: 'unknown recovery' };
  const ended = recovery.state === 'planned' ? await endedBefore(app, recovery) : null;
  if (ended !== null) return ended;
  const executed = await execute(app, recovery.id);
  if (executed.kind === 'failed') await heal(app, recovery.componentId);
  return told(executed);
}

/** What speaks against a recovery before it is begun; null where nothing does. */
async function endedBefore(app: App, recovery: StoredRecovery): Promise<Outcome | null> {
  const stop = await stopNow(app, recovery);
  if (stop === null) return null;
  if (waitsItsTurn(recovery, stop)) return { outcome: 'waits for its turn' };
  const skipped = await skipRecovery(app, recovery, stop);
  return { outcome: skipped ? 'skipped' : 'taken by another' };
}

/** What only another recovery that is under way stands in the way of. */
const IN_TURN: readonly GuardName[] = ['in_flight', 'recovery_share'];

/**
 * Whether a person's yes is to be kept until it can be carried out: several copies of one group are approved
 * together, and healed one after another. The sweep sends it again, and its premise is looked at then.
 */
function waitsItsTurn({ approvedBy }: StoredRecovery, { verdicts }: Stop): boolean {
  const refused = (verdicts ?? []).filter(({ outcome }) => outcome === 'refuse');
  return (
    approvedBy !== null &&
    refused.length > 0 &&
    refused.every(({ guard }) => IN_TURN.includes(guard))
  );
}

function told(executed: Executed): Outcome {
  if (executed.kind === 'held') {
    throw new AppError('unavailable', 'the recovery is being executed by another', {
      retryAfterS: executed.retryAfterS,
    });
  }
  return { outcome: executed.kind === 'not_due' ? `already ${executed.state}` : executed.kind };
}
