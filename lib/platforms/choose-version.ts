import type { KnownState } from '../domain/decide/known-state.js';
import { bestStanding, type VersionRecord } from './known-standing.js';
import { type Lived, versionsBefore } from './version-history.js';

/** The version that a rollback goes to, with what the ledger says of it, or why there is none. */
export type ChosenVersion<T> =
  | ({ readonly kind: 'found'; readonly to: T } & VersionRecord)
  | { readonly kind: 'refused'; readonly why: string };

/** What is wished of a rollback, at platforms that keep a history of versions. */
export interface VersionWish {
  /** The version to return to, as the platform names it; absent or `previous` is the best one before. */
  readonly to?: string | undefined;
  readonly byPerson: boolean;
  /** What the ledger knows; nothing by default. */
  readonly known?: readonly KnownState[];
  /** Whether it takes a rollback back: then what was left is returned to, however bad its record. */
  readonly isUndo?: boolean;
}

/**
 * Choose among the versions before the live one: the newest that is proven, at comparable load where there is one,
 * past those of which nothing is known; where none is, the newest without a bad record.
 *
 * @param history - newest first; the first is live
 * @param none - why there is none, where no other version is kept
 * @param fits - whether a version can be gone to at all
 */
export function bestBefore<T extends Lived>(
  history: readonly T[],
  recordOf: (version: T) => VersionRecord,
  none: string,
  fits: (version: T) => boolean = () => true,
): ChosenVersion<T> {
  const judged = versionsBefore(history)
    .filter(fits)
    .map((to) => ({ to, ...recordOf(to) }));
  const best = bestStanding(judged);
  if (best !== undefined) return { kind: 'found', ...best };
  const why =
    judged.length === 0 ? none : 'every version that could be returned to has a bad record';
  return { kind: 'refused', why };
}

/**
 * Take the version that was named: one with a bad record only where a person named it, or where it is what a
 * rollback has left that is taken back.
 *
 * @param name - what people call it
 */
export function asNamed<T>(
  chosen: { readonly to: T } & VersionRecord,
  { byPerson, isUndo = false }: VersionWish,
  name: string,
): ChosenVersion<T> {
  if (chosen.standing !== 'bad' || byPerson || isUndo) return { kind: 'found', ...chosen };
  const why = `${name} has a bad record, incidents were blamed on it: only a person may name it`;
  return { kind: 'refused', why };
}
