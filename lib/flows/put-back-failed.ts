import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import type { Settings } from '../domain/settings.js';
import type { Reported } from '../platforms/platform.js';
import { componentsById } from '../store/components.js';
import type { StoredRecovery } from '../store/recoveries.js';
import type { Statement } from '../store/sql.js';
import { canPutBack, mayBeChanged } from './half-done.js';
import { pageStatements } from './page-statements.js';
import { type PutBack, putBackHalf } from './put-back-half.js';
import { preparedOf } from './sealed-states.js';
import { targetOf } from './target.js';

/** How a verification ended, and what else is told of it. */
interface Told {
  readonly why: string;
  readonly along: readonly Statement[];
}

/**
 * Put back what a recovery has changed whose deployment did not go live, as its executor reports: the next one would
 * bring it. A person is asked about what is left.
 *
 * @param ended - why it has failed, and what its executor reports
 */
export async function putBackFailed(
  app: App,
  recovery: StoredRecovery,
  settings: Settings,
  ended: { readonly kind: string; readonly why: string; readonly reported: Reported },
): Promise<Told> {
  const isFailed = ended.kind === 'failed' && ended.reported.kind === 'failed';
  const half = isFailed ? await putBack(app, recovery, settings) : null;
  if (half === null) return { why: ended.why, along: [] };
  const { id, action, component } = recovery;
  const why = `${ended.why}; ${half.text}`;
  const asked = { why: `${actionText(action, component)}: ${why}`, eventKey: `half:${id}` };
  return { why, along: half.isBack ? [] : pageStatements(app, recovery, asked) };
}

async function putBack(
  app: App,
  recovery: StoredRecovery,
  settings: Settings,
): Promise<PutBack | null> {
  const { id, token, componentId, component, action, origin, executor } = recovery;
  const platform = app.platforms[executor];
  const text = mayBeChanged(recovery);
  if (text === null || !canPutBack(platform, recovery)) return null;
  const view = (await componentsById(app.sql, [componentId])).get(componentId);
  const { target } = targetOf(recovery, view);
  const byPerson = origin !== 'automatic';
  const request = { recoveryId: id, component, target, action, byPerson };
  const attempt = { held: { id, token }, recovery, platform, request, settings };
  try {
    return await putBackHalf(app, attempt, preparedOf(app, recovery), text);
  } catch (error) {
    // The recovery ends all the same: whatever kept it from being put back, a person is asked.
    app.log({ level: 'warn', event: 'not_put_back', component, error });
    return { isBack: false, text };
  }
}
