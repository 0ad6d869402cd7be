import type { App } from '../app.js';
import { ruling } from '../domain/decide/guards.js';
import { premiseHolds } from '../domain/decide/premise.js';
import type { Settings } from '../domain/settings.js';
import { AppError } from '../errors.js';
import { componentsById } from '../store/components.js';
import { readIncidents, selectIncidents } from '../store/incidents.js';
import { findRecovery, type StoredRecovery } from '../store/recoveries.js';
import { askGuards } from './ask-guards.js';
import { type Executed, execute } from './execute.js';
import { heal } from './heal.js';
import { lookNow } from './look-now.js';
import { skipRecovery } from './skip-recovery.js';

/** What came of a message about a recovery. */
export interface Outcome {
  readonly outcome: string;
}

/**
 * Carry out one recovery that was decided on.
 *
 * A message may come twice, late, or in parallel: whoever gets the claim executes, all others learn that
 * there is nothing to do, or to come back when the claim has expired. Right before the call the guards
 * and the premise are looked at again; what no longer holds is skipped, and the plan goes on.
 *
 * @throws {AppError} `unavailable` or `upstream_unavailable` when the queue should try again
 */
export async function recover(app: App, recoveryId: string): Promise<Outcome> {
  const recovery = await findRecovery(app.sql, recoveryId);
  if (recovery === null) return { outcome: 'unknown recovery' };
  if (recovery.state === 'planned') {
    const stop = await lookAgain(app, recovery);
    if (stop !== null) return stop;
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

/** Guards and premise, once more; null when the recovery may go on. */
async function lookAgain(app: App, recovery: StoredRecovery): Promise<Outcome | null> {
  const component = (await componentsById(app.sql, [recovery.componentId])).get(
    recovery.componentId,
  );
  if (component === undefined) {
    await skipRecovery(app, recovery, 'the component was removed', null);
    return { outcome: 'skipped' };
  }
  const { verdicts } = await askGuards(app, {
    component,
    action: recovery.action,
    origin: recovery.origin,
    overrides: overridden(recovery),
    itself: recovery.id,
    premise: (settings) => premiseNow(app, recovery, settings),
  });
  // A question that a person has answered is not asked again; one that is new must be asked.
  const answered = recovery.approvedBy !== null;
  const left = answered ? verdicts.filter(({ outcome }) => outcome !== 'ask') : verdicts;
  if (ruling(left) === 'go') return null;
  const skipped = await skipRecovery(app, recovery, 'the guards refuse it now', verdicts);
  if (!skipped) return { outcome: 'taken by another' };
  await heal(app, recovery.componentId);
  return { outcome: 'skipped' };
}

/** What was overridden when it was asked for stays so. */
function overridden({ verdicts }: StoredRecovery) {
  return verdicts.filter(({ outcome }) => outcome === 'overridden').map(({ guard }) => guard);
}

/** Whether the trouble that was decided on is still there; a person's request rests on the person. */
async function premiseNow(app: App, recovery: StoredRecovery, settings: Settings) {
  if (recovery.origin !== 'automatic' || recovery.incidentId === null) return null;
  const [incident] = readIncidents(
    await selectIncidents(app.sql, { id: recovery.incidentId, limit: 1 }),
  );
  const look = await lookNow(app, recovery.componentId, settings);
  if (look === null) return { holds: false, why: 'the component was removed' };
  return premiseHolds({
    premise: recovery.premise,
    assessment: look.assessment,
    raised: look.watched.memory.raised,
    incidentOpen: incident?.state === 'open',
    probesFailed: look.watched.memory.failedProbes >= settings.breachesToOpen,
  });
}
