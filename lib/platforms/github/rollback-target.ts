import { type Lived, previousVersion, wentBack } from '../version-history.js';
import type { Deployment } from './answers.js';

/** A deployment with its states, the latest first. */
export interface Told {
  readonly deployment: Deployment;
  readonly states: readonly string[];
  /** Since when it is a success; null where it is none. */
  readonly liveFrom: Date | null;
}

/** Between which deployments a rollback goes, or why there is none. */
export type RollbackTarget =
  | { readonly kind: 'found'; readonly from: Deployment; readonly to: Deployment }
  | { readonly kind: 'refused'; readonly why: string };

/** What is wished of a rollback. */
export interface RollbackWish {
  /** The commit to return to; absent or `previous` is the one before. */
  readonly to?: string | undefined;
  readonly byPerson: boolean;
  /** What tells versions apart; the commit by default. */
  readonly versionOf?: (deployment: Deployment) => string;
}

/** States that nothing follows by itself; any other, an unknown one or none too, is a deployment in progress. */
const ENDED: ReadonlySet<string> = new Set(['success', 'error', 'failure', 'inactive']);

const refused = (why: string): RollbackTarget => ({ kind: 'refused', why });

/**
 * Choose the deployment whose commit is returned to.
 *
 * It must have been deployed with success. Without a named commit it is the newest before the live one with
 * another commit, but none that a rollback has left. Nothing is rolled back while a newer deployment has not
 * ended, nor, except by a person, what is itself a rollback.
 *
 * @param told - of one environment, newest first
 */
export function rollbackTarget(told: readonly Told[], wish: RollbackWish): RollbackTarget {
  const liveAt = told.findIndex(({ states }) => states[0] === 'success');
  const running = told
    .slice(0, liveAt === -1 ? told.length : liveAt)
    .find(({ states }) => !ENDED.has(states[0] ?? ''));
  if (running !== undefined) {
    return refused(`deployment ${running.deployment.id} has not ended: wait for its end`);
  }
  const from = told[liveAt]?.deployment;
  if (from === undefined) {
    return refused(`none of the newest ${told.length} deployments to the environment is live`);
  }
  const history = told
    .slice(liveAt)
    .filter(({ states }) => states.includes('success'))
    .map(({ deployment }) => deployment);
  const lives = history.map(lived(wish));
  if (wentBack(lives, 0) && !wish.byPerson) {
    return refused(`the live deployment ${from.id} is itself a rollback: only a person may go on`);
  }
  return wish.to === undefined || wish.to === 'previous'
    ? previous(lives, from)
    : named(history, from, wish.to);
}

interface LivedDeployment extends Lived {
  readonly deployment: Deployment;
}

function previous(lives: readonly LivedDeployment[], from: Deployment): RollbackTarget {
  const found = previousVersion(lives);
  return found === undefined
    ? refused('no other commit was deployed with success lately that nobody has left')
    : { kind: 'found', from, to: found.deployment };
}

const lived =
  ({ versionOf = ({ sha }) => sha }: RollbackWish) =>
  (deployment: Deployment): LivedDeployment => ({
    version: versionOf(deployment),
    isRollback: deployment.task === 'rollback',
    deployment,
  });

function named(history: readonly Deployment[], from: Deployment, sha: string): RollbackTarget {
  if (sha === from.sha) return refused(`${sha} is live already`);
  const to = history.find((deployment) => deployment.sha === sha);
  return to === undefined
    ? refused(`${sha} is not among what was deployed with success lately`)
    : { kind: 'found', from, to };
}
