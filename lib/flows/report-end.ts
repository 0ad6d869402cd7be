import type { App } from '../app.js';
import { AppError, type ErrorCode } from '../errors.js';
import type { ActionRequest, Reported } from '../platforms/platform.js';
import { componentsById } from '../store/components.js';
import { readControl } from '../store/control.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { preparedOf } from './sealed-states.js';
import { targetOf } from './target.js';

/** Whatever its samples say now, they are of something else. */
const MOVED = 'the component was moved elsewhere before this could be verified';

/** Failures to report that no second try mends. */
const FINAL: readonly ErrorCode[] = ['refused', 'upstream_refused', 'misconfigured', 'not_found'];

/**
 * Ask the executor how an action that it accepted has ended. While everything is paused it changes nothing by that.
 *
 * @throws {AppError} when the queue should try again
 */
export async function reportEnd(app: App, recovery: StoredRecovery): Promise<Reported> {
  const component = (await componentsById(app.sql, [recovery.componentId])).get(
    recovery.componentId,
  );
  const { target, moved } = targetOf(recovery, component);
  if (moved) return { kind: 'failed', why: MOVED, result: null };
  const request: ActionRequest = {
    recoveryId: recovery.id,
    component: recovery.component,
    target,
    action: recovery.action,
    byPerson: recovery.origin !== 'automatic',
    paused: (await readControl(app.sql))?.paused ?? true,
  };
  const since = recovery.startedAt ?? recovery.createdAt;
  try {
    const platform = app.platforms[recovery.executor];
    return await platform.report(request, preparedOf(app, recovery), since, recovery.result);
  } catch (error) {
    return unreported(error);
  }
}

/** What an executor that refuses will never report; one that is away is waited for, as for samples. */
function unreported(error: unknown): Reported {
  if (!(error instanceof AppError)) throw error;
  if (error.code === 'upstream_unavailable') return { kind: 'pending' };
  if (!FINAL.includes(error.code)) throw error;
  return { kind: 'failed', why: error.message, result: null };
}
