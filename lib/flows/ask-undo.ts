import type { App } from '../app.js';
import { isEnd } from '../domain/decide/recovery-states.js';
import { AppError } from '../errors.js';
import { findRecovery } from '../store/recoveries.js';
import { planUndo } from './undo-recovery.js';

/**
 * Put back what a recovery changed, because a person asks for it.
 *
 * @throws {AppError} `not_found`; `conflict` while it is in flight, was undone before, or has no inverse;
 * `refused` by a guard
 */
export async function askUndo(
  app: App,
  id: string,
  asked: { readonly why: string; readonly who: string },
): Promise<object> {
  const recovery = await findRecovery(app.sql, id);
  if (recovery === null) throw new AppError('not_found', `there is no recovery ${id}`);
  const isBegun = recovery.actedAt !== null || recovery.calledAt !== null;
  if (!isEnd(recovery.state) || !isBegun) {
    throw new AppError('conflict', `it is ${recovery.state}: there is nothing to undo`);
  }
  const undone = await planUndo(app, recovery, asked);
  if (undone.kind === 'planned') {
    return { recovery: { id: undone.id, undoes: id, state: 'planned' } };
  }
  if (undone.kind === 'refused') {
    const first = undone.verdicts.find(({ outcome }) => outcome === 'refuse');
    throw new AppError('refused', first?.why ?? 'a guard refused it', {
      details: { guard: first?.guard, verdicts: undone.verdicts },
    });
  }
  throw new AppError('conflict', NOT_UNDONE[undone.kind]);
}

/** Why nothing was planned. */
const NOT_UNDONE = {
  no_inverse: 'what it did has no inverse',
  moved: 'the component was moved elsewhere since: there is nothing to put back',
  contended: 'it was undone before, or another recovery is in flight',
} as const;
