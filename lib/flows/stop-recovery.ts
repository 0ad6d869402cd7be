import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import type { StoredRecovery } from '../store/recoveries.js';
import type { Held } from '../store/recovery-progress.js';
import { finishRecovery } from './finish-recovery.js';
import { pageStatements } from './page-statements.js';
import { skipRecovery } from './skip-recovery.js';
import type { Stop } from './stop-now.js';
import { stopText } from './stop-text.js';

/**
 * End a recovery in the middle of its execution, because it is not to be carried out any more.
 *
 * Before any call it is skipped. Once a call was begun that may have had an effect it has failed, and a
 * person is asked to look.
 *
 * @param half - what was half done, and what became of that; left out where nothing is known to be
 * @returns false when another has it by now; then nothing was told
 */
export async function stopRecovery(
  app: App,
  recovery: StoredRecovery,
  held: Held,
  stop: Stop,
  half = 'a call was begun before and may have had an effect: look',
): Promise<boolean> {
  const { id, component, action, calledAt } = recovery;
  if (calledAt === null) {
    return skipRecovery(app, { ...recovery, token: held.token }, stop, ['executing']);
  }
  const why = `${stopText(stop)}; ${half}`;
  return finishRecovery(app, recovery, held, {
    from: ['executing'],
    to: 'failed',
    why,
    result: { success: false, component, message: why },
    proof: stop.verdicts === null ? null : { verdicts: stop.verdicts },
    along: pageStatements(app, recovery, {
      why: `${actionText(action, component)}: ${why}`,
      eventKey: `stopped:${id}`,
    }),
  });
}
