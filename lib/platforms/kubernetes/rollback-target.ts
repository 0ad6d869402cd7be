import type { RollbackType } from '../../domain/decide/action.js';
import type { KnownState } from '../../domain/decide/known-state.js';
import { asNamed, bestBefore, type ChosenVersion, type VersionWish } from '../choose-version.js';
import { recordAmong, type VersionRecord } from '../known-standing.js';
import { wentBack } from '../version-history.js';
import type { Deployment } from './answers.js';
import { historyOf } from './life.js';
import type { Revision } from './revisions.js';
import { sameImages } from './same-images.js';

/** Between which revisions a rollback goes, or why there is none. */
export type RollbackTarget =
  | ({
      readonly kind: 'found';
      readonly from: Revision;
      readonly to: Revision;
    } & VersionRecord)
  | { readonly kind: 'refused'; readonly why: string };

/** What is wished of a rollback in a cluster. */
export interface RevisionWish extends VersionWish {
  /** A configuration is gone back to among the revisions that run the live images. */
  readonly kind: RollbackType;
}

const refused = (why: string) => ({ kind: 'refused', why }) as const;

/**
 * Choose the revision to return to.
 *
 * Without a number it is the newest that is proven, with another template than the live one, but none that a
 * rollback has left; where none is proven, the newest without a bad record. Nothing is rolled back, except by a
 * person, that is itself a rollback.
 *
 * A configuration stands in the template, beside the images: to go back to it is to go back to a template that has
 * the live images.
 *
 * @param revisions - newest first
 * @param wish - names a revision by its number
 */
export function rollbackTarget(
  deployment: Deployment,
  revisions: readonly Revision[],
  wish: RevisionWish,
): RollbackTarget {
  const history = historyOf(deployment, revisions);
  const [from] = history;
  if (from === undefined) {
    return refused('no ReplicaSet is of its live template: its controller has not caught up');
  }
  if (wentBack(history, 0) && !wish.byPerson) {
    return refused(`revision ${from.revision} is itself a rollback: only a person may go further`);
  }
  const chosen =
    wish.to === undefined || wish.to === 'previous'
      ? previous(history, from, wish)
      : named(history, from, { ...wish, to: wish.to });
  return chosen.kind === 'found' ? { from, ...chosen } : chosen;
}

function previous(
  history: readonly Revision[],
  { template }: Revision,
  { known = [], kind }: RevisionWish,
): ChosenVersion<Revision> {
  const which = kind === 'config' ? 'no other template of the live images' : 'no earlier template';
  return bestBefore(
    history,
    (one) => recordOf(one, known),
    `${which} is kept that nobody has left`,
    (one) => kind !== 'config' || sameImages(one.template, template),
  );
}

/** A template's record is that of all its revisions: a restart begins another one of it. */
const recordOf = ({ version }: Revision, known: readonly KnownState[]): VersionRecord =>
  recordAmong(known, (state) => state.version === version, version);

function named(
  history: readonly Revision[],
  from: Revision,
  wish: RevisionWish & { readonly to: string },
): ChosenVersion<Revision> {
  const name = `revision ${wish.to}`;
  const to = history.find(({ revision }) => String(revision) === wish.to);
  if (to === undefined) return refused(`${name} is not kept`);
  if (to.version === from.version) return refused(`${name} has the live template`);
  if (wish.kind === 'config' && !sameImages(to.template, from.template)) {
    return refused(`${name} runs other images: that is more than its configuration`);
  }
  return asNamed({ to, ...recordOf(to, wish.known ?? []) }, wish, name);
}
