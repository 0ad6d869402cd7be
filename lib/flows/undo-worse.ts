import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { pageStatements } from './page-statements.js';
import { stopText } from './stop-text.js';
import { planUndo, type Undone } from './undo-recovery.js';

/**
 * Undo what was judged to have made matters worse; a person is told, once, when that is not possible. What a
 * person asked for is theirs to take back: they are told, and nothing is done behind them.
 *
 * An undo that made matters worse is not undone in turn: that would have no end.
 */
export async function undoWorse(app: App, recovery: StoredRecovery, why: string): Promise<void> {
  if (recovery.origin === 'undo') return;
  const isOwn = recovery.origin === 'automatic';
  const obstacle = isOwn
    ? obstacleText(await planUndo(app, recovery, { why, who: null }))
    : byHand(recovery);
  if (obstacle === null) return;
  const what = actionText(recovery.action, recovery.component);
  await app.sql.transaction(
    pageStatements(app, recovery, {
      why: `${what}: not undone: ${obstacle}`,
      eventKey: `not-undone:${recovery.id}`,
    }),
  );
}

/** Null where it is being undone, or where there never was anything to undo. */
function obstacleText(undone: Undone): string | null {
  if (undone.kind === 'planned' || undone.kind === 'no_inverse') return null;
  if (undone.kind === 'refused') return stopText({ why: 'the guards refuse it', ...undone });
  return undone.kind === 'moved'
    ? 'the component was moved elsewhere since'
    : 'another recovery is in flight';
}

function byHand({ inverse }: StoredRecovery): string | null {
  return inverse === null
    ? null
    : 'a person asked for it, so a person decides whether it is undone (POST /api/recoveries/{id}/undo)';
}
