import { asNamed, bestBefore, type ChosenVersion, type VersionWish } from '../choose-version.js';
import type { VersionRecord } from '../known-standing.js';
import { type Lived, wentBack } from '../version-history.js';
import type { Machine, MachineVersion } from './answers.js';
import { movingOf } from './group.js';
import { recordOfImage } from './version.js';

/** Between which images a rollback goes, or why there is none. */
export type RollbackTarget =
  | ({
      readonly kind: 'found';
      readonly from: string;
      readonly to: string;
    } & VersionRecord)
  | { readonly kind: 'refused'; readonly why: string };

const refused = (why: string) => ({ kind: 'refused', why }) as const;

/**
 * Choose the image to return to.
 *
 * All machines of the group must run one image, at rest: else a deployment is in progress, or was left half
 * done. Without a named image it is the newest before that is proven, but none that a rollback has left; where none
 * is proven, the newest without a bad record. Nothing is rolled back, except by a person, that is itself a rollback.
 *
 * @param machines - of one process group, at least one
 * @param versions - of its oldest machine, newest first: it knows most of what was before
 * @param wish - names an image; of what was left half done, some machines may stand there already
 */
export function rollbackTarget(
  machines: readonly Machine[],
  versions: readonly MachineVersion[],
  wish: VersionWish,
): RollbackTarget {
  const moving = movingOf(machines);
  if (moving !== undefined) {
    return refused(`machine ${moving.id} is in progress (${moving.state}): wait for its end`);
  }
  const from = imageToLeave(machines, wish);
  if (typeof from !== 'string') return from;
  const past = versions.map(({ user_config: { image } }) => ({ version: image }));
  const history = past[0]?.version === from ? past : [{ version: from }, ...past];
  if (wentBack(history, 0) && !wish.byPerson) {
    return refused(`${from} is itself a rollback: only a person may go further`);
  }
  const chosen =
    wish.to === undefined || wish.to === 'previous'
      ? previous(history, wish)
      : named(history, from, { ...wish, to: wish.to });
  return chosen.kind === 'found' ? { ...chosen, from, to: chosen.to.version } : chosen;
}

/** The one image that is to be left, or why there is none. */
function imageToLeave(
  machines: readonly Machine[],
  { to, isUndo = false }: VersionWish,
): string | Extract<RollbackTarget, { kind: 'refused' }> {
  const images = [...new Set(machines.map(({ config }) => config.image))];
  const left = isUndo ? images.filter((image) => image !== to) : images;
  const [from] = left;
  if (left.length > 1) return refused('its machines run different images: deploy one first');
  return from ?? refused(`${to ?? 'that image'} runs already`);
}

const previous = (history: readonly Lived[], { known = [] }: VersionWish): ChosenVersion<Lived> =>
  bestBefore(
    history,
    ({ version }) => recordOfImage(version, known),
    'its machines know of no earlier image that nobody has left',
  );

function named(
  history: readonly Lived[],
  from: string,
  wish: VersionWish & { readonly to: string },
): ChosenVersion<Lived> {
  const to = history.find(({ version }) => version === wish.to);
  if (wish.to === from) return refused(`${from} runs already`);
  if (to === undefined) {
    return refused(`${wish.to} is not among the images that its machines know of`);
  }
  return asNamed({ to, ...recordOfImage(wish.to, wish.known ?? []) }, wish, wish.to);
}
