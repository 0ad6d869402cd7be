import { previousVersion, wentBack } from '../version-history.js';
import type { Machine, MachineVersion } from './answers.js';

/** Between which images a rollback goes, or why there is none. */
export type RollbackTarget =
  | { readonly kind: 'found'; readonly from: string; readonly to: string }
  | { readonly kind: 'refused'; readonly why: string };

/** What is wished of a rollback. */
export interface RollbackWish {
  /** The image to return to; absent or `previous` is the one before. */
  readonly to?: string | undefined;
  readonly byPerson: boolean;
  /** Whether it takes back what may have been left half done: then some machines may stand there already. */
  readonly isUndo?: boolean;
}

/** States in which a machine stays as it is. */
const AT_REST: ReadonlySet<string> = new Set(['started', 'stopped', 'suspended']);

const refused = (why: string) => ({ kind: 'refused', why }) as const;

/**
 * Choose the image to return to.
 *
 * All machines of the group must run one image, at rest: else a deployment is in progress, or was left half
 * done. Without a named image it is the newest before with another one, but none that a rollback has left.
 * Nothing is rolled back, except by a person, that is itself a rollback.
 *
 * @param machines - of one process group, at least one
 * @param versions - of its oldest machine, newest first: it knows most of what was before
 */
export function rollbackTarget(
  machines: readonly Machine[],
  versions: readonly MachineVersion[],
  wish: RollbackWish,
): RollbackTarget {
  const moving = machines.find(({ state }) => !AT_REST.has(state));
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
  return wish.to === undefined || wish.to === 'previous'
    ? previous(history, from)
    : named(history, from, wish.to);
}

/** The one image that is to be left, or why there is none. */
function imageToLeave(
  machines: readonly Machine[],
  { to, isUndo = false }: RollbackWish,
): string | Extract<RollbackTarget, { kind: 'refused' }> {
  const images = [...new Set(machines.map(({ config }) => config.image))];
  const left = isUndo ? images.filter((image) => image !== to) : images;
  const [from] = left;
  if (left.length > 1) return refused('its machines run different images: deploy one first');
  return from ?? refused(`${to ?? 'that image'} runs already`);
}

function previous(history: readonly { version: string }[], from: string): RollbackTarget {
  const to = previousVersion(history)?.version;
  return to === undefined
    ? refused('its machines know of no earlier image that nobody has left')
    : { kind: 'found', from, to };
}

function named(history: readonly { version: string }[], from: string, to: string): RollbackTarget {
  if (to === from) return refused(`${to} runs already`);
  return history.some(({ version }) => version === to)
    ? { kind: 'found', from, to }
    : refused(`${to} is not among the images that its machines know of`);
}
