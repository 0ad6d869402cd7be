import type { KnownState } from '../../domain/decide/known-state.js';
import { bestStanding, recordAmong, type VersionRecord } from '../known-standing.js';
import type { Deploy } from './answers.js';
import { ENDED } from './deploy-ends.js';
import { isKnown, sameVersion, versionKey, versionOf } from './version.js';

/** Between which deploys a rollback goes, or why there is none. */
export type RollbackTarget =
  | ({
      readonly kind: 'found';
      readonly from: Deploy;
      readonly to: Deploy;
    } & VersionRecord)
  | { readonly kind: 'refused'; readonly why: string };

/** What is wished of a rollback. */
export interface RollbackWish {
  /** The deploy to return to; absent or `previous` is the one before. */
  readonly to?: string | undefined;
  readonly byPerson: boolean;
  /** What the ledger knows; nothing by default. */
  readonly known?: readonly KnownState[];
  /** Whether it takes a rollback back: then what was left is returned to, however bad its record. */
  readonly isUndo?: boolean;
}

const refused = (why: string): RollbackTarget => ({ kind: 'refused', why });

const wasLive = ({ status }: Deploy): boolean => status === 'live' || status === 'deactivated';

const same = (one: Deploy, other: Deploy): boolean => sameVersion(versionOf(one), versionOf(other));

/**
 * Choose the deploy to return to.
 *
 * It must have been live (status `deactivated`) and run another version than the live one. Without a
 * named target it is the newest such deploy before the live one whose version no rollback has passed over
 * since it was last deployed: what somebody has left on purpose is not returned to. Of those the newest that
 * the ledger calls proven (at comparable load, where there is one) comes first, and one with a bad record never. Nothing is rolled back
 * while a deploy is in progress, nor, except by a person, what is itself a rollback.
 *
 * @param deploys - of one service, newest first
 */
export function rollbackTarget(deploys: readonly Deploy[], wish: RollbackWish): RollbackTarget {
  const running = deploys.find(({ status }) => !ENDED.has(status));
  if (running !== undefined) {
    return refused(`deploy ${running.id} is in progress (${running.status}): wait for its end`);
  }
  const from = deploys.find(({ status }) => status === 'live');
  if (from === undefined) return refused('no deploy is live, so there is nothing to roll back');
  if (!isKnown(versionOf(from))) {
    return refused(`Render shows neither commit nor image of the live deploy ${from.id}`);
  }
  if (from.trigger === 'rollback' && !wish.byPerson) {
    return refused(`the live deploy ${from.id} is itself a rollback: only a person may go further`);
  }
  return wish.to === undefined || wish.to === 'previous'
    ? previous(deploys, from, wish)
    : named(deploys, from, { ...wish, to: wish.to });
}

function previous(
  deploys: readonly Deploy[],
  from: Deploy,
  { known = [] }: RollbackWish,
): RollbackTarget {
  const history = deploys.filter(wasLive);
  const older = history.slice(history.indexOf(from) + 1);
  const others = older.filter(
    (deploy) =>
      deploy.status === 'deactivated' &&
      isKnown(versionOf(deploy)) &&
      !same(deploy, from) &&
      !passedOver(history, deploy),
  );
  const judged = others.map((to) => ({ to, ...recordOf(to, known) }));
  const best = bestStanding(judged);
  if (best !== undefined) return { kind: 'found', from, ...best };
  return others.length === 0
    ? refused(`none of the newest ${deploys.length} deploys was live with another, good version`)
    : refused('every version that could be returned to has a bad record');
}

const recordOf = (deploy: Deploy, known: readonly KnownState[]): VersionRecord =>
  recordAmong(
    known,
    ({ deploymentId }) => deploymentId === deploy.id,
    versionKey(versionOf(deploy)),
  );

/** Whether the last that happened to a deploy's version is that a rollback went back beyond it. */
function passedOver(history: readonly Deploy[], deploy: Deploy): boolean {
  for (const [index, event] of history.entries()) {
    if (same(event, deploy)) return false;
    if (event.trigger !== 'rollback') continue;
    const end = history.slice(index + 1).find((one) => same(one, event) || same(one, deploy));
    if (end !== undefined && same(end, deploy)) return true;
  }
  return false;
}

function named(
  deploys: readonly Deploy[],
  from: Deploy,
  { to: id, known = [], isUndo = false }: RollbackWish & { readonly to: string },
): RollbackTarget {
  const to = deploys.find((deploy) => deploy.id === id);
  if (to === undefined) {
    return refused(`deploy ${id} is not among the service's newest ${deploys.length}`);
  }
  if (to.status === 'live') return refused(`deploy ${id} is live already`);
  if (to.status !== 'deactivated') return refused(`deploy ${id} was never live (${to.status})`);
  if (!isKnown(versionOf(to))) return refused(`Render shows neither commit nor image of ${id}`);
  if (same(to, from)) {
    return refused(`deploy ${id} runs the same version as the live deploy ${from.id}`);
  }
  const record = recordOf(to, known);
  return record.standing === 'bad' && !isUndo
    ? refused(`deploy ${id} has a bad record: incidents were blamed on it`)
    : { kind: 'found', from, to, ...record };
}
