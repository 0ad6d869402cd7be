import { previousVersion, wentBack } from '../version-history.js';
import type { Deployment } from './answers.js';
import { liveRevision, type Revision } from './revisions.js';
import { templateKey } from './template-key.js';

/** Between which revisions a rollback goes, or why there is none. */
export type RollbackTarget =
  | { readonly kind: 'found'; readonly from: Revision; readonly to: Revision }
  | { readonly kind: 'refused'; readonly why: string };

/** What is wished of a rollback. */
export interface RollbackWish {
  /** The number of the revision to return to; absent or `previous` is the one before. */
  readonly to?: string | undefined;
  readonly byPerson: boolean;
}

const refused = (why: string): RollbackTarget => ({ kind: 'refused', why });

/**
 * Choose the revision to return to.
 *
 * Without a number it is the newest with another template than the live one, but none that a rollback has left.
 * Nothing is rolled back, except by a person, that is itself a rollback.
 *
 * @param revisions - newest first
 */
export function rollbackTarget(
  deployment: Deployment,
  revisions: readonly Revision[],
  wish: RollbackWish,
): RollbackTarget {
  const number = liveRevision(deployment);
  const liveAt = revisions.findIndex(({ revision }) => revision === number);
  const from = revisions[liveAt];
  if (from === undefined || from.version !== templateKey(deployment.spec.template)) {
    return refused('no ReplicaSet is of its live template: its controller has not caught up');
  }
  const history = revisions.slice(liveAt);
  if (wentBack(history, 0) && !wish.byPerson) {
    return refused(`revision ${from.revision} is itself a rollback: only a person may go further`);
  }
  return wish.to === undefined || wish.to === 'previous'
    ? previous(history, from)
    : named(history, from, wish.to);
}

function previous(history: readonly Revision[], from: Revision): RollbackTarget {
  const to = previousVersion(history);
  return to === undefined
    ? refused('no earlier template is kept that nobody has left')
    : { kind: 'found', from, to };
}

function named(history: readonly Revision[], from: Revision, number: string): RollbackTarget {
  const to = history.find(({ revision }) => String(revision) === number);
  if (to === undefined) return refused(`revision ${number} is not kept`);
  return to.version === from.version
    ? refused(`revision ${number} has the live template`)
    : { kind: 'found', from, to };
}
