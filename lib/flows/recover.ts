import type { App } from '../app.js';
import { AppError } from '../errors.js';
import { findRecovery } from '../store/recoveries.js';
import { type Executed, execute } from './execute.js';
import { heal } from './heal.js';
import { skipRecovery } from './skip-recovery.js';
import { stopNow } from './stop-now.js';

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
  if (recovery.state === 'planned') {
    const stop = await stopNow(app, recovery);
    if (stop !== null) {
      const skipped = await skipRecovery(app, recovery, stop);
      return { outcome: skipped ? 'skipped' : 'taken by another' };
    }
  }
  const executed = await execute(app, recovery.id);
  if (executed.kind === 'failed') await heal(app, recovery.componentId);
  return told(executed);
}

function told(executed: Executed): Outcome {
  if (executed.kind === 'held') {
    throw new AppError('unavailable', 'the recovery is being executed by another', {
      retryAfterS: executed.retryAfterS,
    });
  }
  return { outcome: executed.kind === 'not_due' ? `already ${executed.state}` : executed.kind };
}
