import type { App } from '../app.js';
import type { Settings } from '../domain/settings.js';
import { componentsById } from '../store/components.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { isWorthAgain } from './attempt.js';
import { canPutBack, mayBeChanged } from './half-done.js';
import { putBackHalf } from './put-back-half.js';
import { preparedOf } from './sealed-states.js';
import { targetOf } from './target.js';

/**
 * Put back what a recovery has changed whose deployment did not go live, as its executor reports: the next one would
 * bring it.
 *
 * @returns what a person must know of it; null where there is nothing
 */
export async function putBackFailed(
  app: App,
  recovery: StoredRecovery,
  settings: Settings,
): Promise<string | null> {
  const { id, token, componentId, component, action, origin, executor } = recovery;
  const platform = app.platforms[executor];
  const half = mayBeChanged(recovery);
  if (half === null || !canPutBack(platform, recovery)) return null;
  const view = (await componentsById(app.sql, [componentId])).get(componentId);
  const { target } = targetOf(recovery, view);
  const byPerson = origin !== 'automatic';
  const request = { recoveryId: id, component, target, action, byPerson };
  try {
    const attempt = { held: { id, token }, recovery, platform, request, settings };
    return (await putBackHalf(app, attempt, preparedOf(app, recovery), half)).text;
  } catch (error) {
    if (!isWorthAgain(error)) throw error;
    return half;
  }
}
