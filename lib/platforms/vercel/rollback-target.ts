import type { Deployment, Project } from './answers.js';
import { originOf } from './origin.js';
import { liveId, moving } from './vercel-action.js';

/** Between which deployments a rollback goes and by which call, or why there is none. */
export type RollbackTarget =
  | {
      readonly kind: 'found';
      readonly from: Deployment;
      readonly to: Deployment;
      /** An older deployment is rolled back to; to a newer one production is promoted back. */
      readonly by: 'rollback' | 'promote';
    }
  | { readonly kind: 'refused'; readonly why: string };

/** What is wished of a rollback. */
export interface RollbackWish {
  /** The deployment to return to; absent or `previous` is the one before. */
  readonly to?: string | undefined;
  readonly byPerson: boolean;
  readonly plan: 'hobby' | 'pro';
}

const refused = (why: string): RollbackTarget => ({ kind: 'refused', why });

/** Whether a deployment has served production and is still there. */
const wasLive = ({ state, readySubstate }: Deployment): boolean =>
  state === 'READY' && readySubstate === 'PROMOTED';

/**
 * Choose the deployment to return to.
 *
 * It must have served production. Without a named target it is the one that served before the live one, and
 * not merely the same source built again. Nothing is rolled back while production moves by itself, nor,
 * except by a person, what is itself a rollback.
 *
 * @param deployments - of production, newest first
 */
export function rollbackTarget(
  project: Project,
  deployments: readonly Deployment[],
  wish: RollbackWish,
): RollbackTarget {
  const busy = moving(project, deployments);
  if (busy !== null) return refused(busy);
  const live = liveId(project);
  if (live === null) return refused('nothing serves production, so there is nothing to roll back');
  const from = deployments.find(({ uid }) => uid === live);
  if (from === undefined) {
    return refused(`the live ${live} is not among the newest ${deployments.length} of production`);
  }
  const { lastAliasRequest: last } = project;
  const isRollback = last?.type === 'rollback' && last.toDeploymentId === live;
  if (isRollback && last.jobStatus === 'succeeded' && !wish.byPerson) {
    return refused(`the live ${live} is itself a rollback: only a person may go further`);
  }
  const history = { project, from, deployments };
  return wish.to === undefined || wish.to === 'previous'
    ? previous(history, wish)
    : named(history, wish.to, wish);
}

interface History {
  readonly project: Project;
  readonly from: Deployment;
  readonly deployments: readonly Deployment[];
}

function previous(history: History, { plan }: RollbackWish): RollbackTarget {
  const { from, deployments } = history;
  const before = servedBefore(history);
  const to = before.find((one) => originOf(one) !== originOf(from));
  if (to === undefined) {
    return refused(`none of the newest ${deployments.length} of production served before`);
  }
  return candidate(from, to, before[0], plan);
}

/** What served before the live deployment, latest first; what a rollback has left on purpose is left out. */
function servedBefore({ project, from, deployments }: History): readonly Deployment[] {
  const { lastAliasRequest: last } = project;
  const served = deployments.filter((one) => wasLive(one) && one.created < from.created);
  if (last?.jobStatus !== 'succeeded') return served;
  const at = (id: string) => deployments.find(({ uid }) => uid === id)?.created;
  if (last.type === 'promote' && last.toDeploymentId === from.uid) {
    // The one that the promotion replaced; what is newer than that was built and not served, or left.
    const replaced = at(last.fromDeploymentId);
    return replaced === undefined ? [] : served.filter(({ created }) => created <= replaced);
  }
  if (last.type !== 'rollback') return served;
  const [left, kept] = [at(last.fromDeploymentId), at(last.toDeploymentId)];
  return served.filter(
    ({ uid, created }) =>
      uid !== last.fromDeploymentId &&
      !(left !== undefined && kept !== undefined && created > kept && created <= left),
  );
}

function named(history: History, id: string, { plan }: RollbackWish): RollbackTarget {
  const { from, deployments } = history;
  const to = deployments.find(({ uid }) => uid === id);
  if (to === undefined) {
    return refused(`${id} is not among the newest ${deployments.length} of production`);
  }
  if (to.uid === from.uid) return refused(`${id} is live already`);
  if (!wasLive(to)) return refused(`${id} never served production, or is gone (${to.state})`);
  if (to.created > from.created) return { kind: 'found', from, to, by: 'promote' };
  return candidate(from, to, servedBefore(history)[0], plan);
}

/** Whether Vercel lets an older deployment be rolled back to. @param latest - what served before the live one */
function candidate(
  from: Deployment,
  to: Deployment,
  latest: Deployment | undefined,
  plan: RollbackWish['plan'],
): RollbackTarget {
  if (to.isRollbackCandidate === false) {
    return refused(`Vercel does not keep ${to.uid} for rollbacks any more`);
  }
  if (plan === 'hobby' && to.uid !== latest?.uid) {
    const only = latest === undefined ? 'no known one' : latest.uid;
    return refused(
      `on the Hobby plan only the previous deployment (${only}) can be returned to, not ${to.uid}`,
    );
  }
  return { kind: 'found', from, to, by: 'rollback' };
}
