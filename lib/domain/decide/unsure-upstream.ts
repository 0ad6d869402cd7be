import type { Bad } from './suspects.js';

/** What a component in trouble leans on, and nobody knows how it fares. */
export interface UnsureUpstream {
  readonly name: string;
  /** The others that fail and depend on it, directly or not; none where its silence alone makes it suspect. */
  readonly others: readonly string[];
}

/** A component that others depend on, and whose state is not known to be good. */
export interface Unsure {
  /** All that depend on it, directly or not. */
  readonly dependants: ReadonlySet<string>;
  /** Since when nothing was heard of one that used to send; null for one that never did. */
  readonly silentSince: Date | null;
}

/**
 * A dependency whose state is not known, and which is the likeliest cause of a component's trouble, though it has
 * no incident of its own: it fell silent at about the time when the trouble began, as a hung process does long
 * before a probe of it fails; or others depend on it that began to fail at the same time. None is treated for it.
 *
 * @param unsure - by name
 * @param togetherS - time within which the one must follow on the other, either way, seconds
 */
export function unsureUpstream(
  name: string,
  bad: readonly Bad[],
  unsure: ReadonlyMap<string, Unsure>,
  togetherS: number,
): UnsureUpstream | null {
  const own = bad.find(({ component }) => component === name);
  if (own === undefined || own.isOwnChange) return null;
  const isNear = (at: Date | null) =>
    at !== null && Math.abs(at.getTime() - own.since.getTime()) <= togetherS * 1000;
  const others = own.isFailing ? othersThatFail(own, bad, isNear) : [];
  for (const [upstream, { dependants, silentSince }] of unsure) {
    if (upstream === name || !dependants.has(name)) continue;
    const sharing = others.filter((other) => other !== upstream && dependants.has(other));
    if (sharing.length > 0 || isNear(silentSince)) return { name: upstream, others: sharing };
  }
  return null;
}

/** What began to fail beside one, and not by a change of its own. */
function othersThatFail(
  own: Bad,
  bad: readonly Bad[],
  isNear: (at: Date) => boolean,
): readonly string[] {
  return bad
    .filter((one) => one !== own && one.isFailing && !one.isOwnChange && isNear(one.since))
    .map(({ component }) => component);
}
