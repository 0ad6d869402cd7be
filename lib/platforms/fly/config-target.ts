import { sortedKeys } from '../../domain/sorted-keys.js';
import { asNamed, bestBefore, type ChosenVersion, type VersionWish } from '../choose-version.js';
import { recordAmong, type VersionRecord } from '../known-standing.js';
import { type Lived, wentBack } from '../version-history.js';
import type { Machine, MachineVersion } from './answers.js';
import { variablesOf } from './variable-changes.js';
import { versionOf } from './version.js';

/** One configuration that a machine had with the image that runs. */
interface Configured extends Lived {
  readonly of: MachineVersion;
}

/** Which configuration is gone back to, or why there is none. */
export type ConfigTarget =
  | ({ readonly kind: 'found'; readonly to: MachineVersion } & VersionRecord)
  | { readonly kind: 'refused'; readonly why: string };

const refused = (why: string) => ({ kind: 'refused', why }) as const;

/**
 * Choose the configuration to return to among those that the oldest machine had with the image that runs, so that
 * nothing but variables differs: the newest that is proven, else the newest without a bad record. Where the image is a
 * tag that is known to have meant another one then, it was not the image that runs.
 *
 * @param oldest - of the group; it knows most of what was before
 * @param versions - of it, newest first
 * @param wish - names a version of that machine
 */
export function configTarget(
  oldest: Machine,
  versions: readonly MachineVersion[],
  wish: VersionWish,
): ConfigTarget {
  const { config } = oldest;
  const past = versions
    .filter((one) => one.user_config.image === config.image && !ranAnother(one, oldest, wish))
    .map((of): Configured => ({ of, version: keyOf(of.user_config) }));
  const live = keyOf(config);
  if (past[0]?.version !== live) return refused('Fly.io does not tell the configuration that runs');
  if (wentBack(past, 0) && !wish.byPerson) {
    return refused('what runs is itself a rollback: only a person may go further');
  }
  const chosen =
    wish.to === undefined || wish.to === 'previous'
      ? bestBefore(past, recordOf(wish), 'no other variables of the live image are known')
      : named(past, live, { ...wish, to: wish.to });
  return chosen.kind === 'found' ? { ...chosen, to: chosen.to.of } : chosen;
}

/** Whether the ledger saw a version run another image by the tag of the one that runs now. */
function ranAnother(
  { version: id }: MachineVersion,
  oldest: Machine,
  { known = [] }: VersionWish,
): boolean {
  const now = versionOf(oldest);
  if (!now.includes('@')) return false;
  return known.some(
    ({ deploymentId, version }) => deploymentId === id && version.includes('@') && version !== now,
  );
}

/** Tells configurations apart; it holds values, and is kept nowhere. */
const keyOf = (config: Pick<Machine['config'], 'env'>): string =>
  JSON.stringify(sortedKeys(variablesOf(config)));

/** A state is named by the version of the oldest machine's configuration. */
const recordOf =
  ({ known = [] }: VersionWish) =>
  ({ of }: Configured): VersionRecord =>
    recordAmong(known, ({ deploymentId }) => deploymentId === of.version, null);

function named(
  past: readonly Configured[],
  live: string,
  wish: VersionWish & { readonly to: string },
): ChosenVersion<Configured> {
  const to = past.find(({ of }) => of.version === wish.to);
  if (to === undefined) return refused(`${wish.to} is no version of it with the live image`);
  if (to.version === live) return refused(`${wish.to} has the variables that are set already`);
  return asNamed({ to, ...recordOf(wish)(to) }, wish, wish.to);
}
