import type { KnownState } from '../../domain/decide/known-state.js';
import { bestStanding, recordAmong, type VersionRecord } from '../known-standing.js';
import type { Deployment, Project } from './answers.js';
import { originOf } from './origin.js';
import { deploymentOf } from './state-id.js';
import { liveId, moving } from './vercel-action.js';
import { versionOf } from './version.js';

/** Between which deployments a rollback goes and by which call, or why there is none. */
export type RollbackTarget =
  | ({
      readonly kind: 'found';
      readonly from: Deployment;
      readonly to: Deployment;
      /** An older deployment is rolled back to; to a newer one production is promoted back. */
      readonly by: 'rollback' | 'promote';
    } & VersionRecord)
  | { readonly kind: 'refused'; readonly why: string };

/** What is wished of a rollback. */
export interface RollbackWish {
  /** The deployment to return to; absent or `previous` is the one before. */
  readonly to?: string | undefined;
  readonly byPerson: boolean;
  readonly plan: 'hobby' | 'pro';
  /** What the ledger knows; nothing by default. */
  readonly known?: readonly KnownState[];
  /** Whether it takes a rollback back: then what was left is returned to, however bad its record. */
  readonly isUndo?: boolean;
}

const refused = (why: string): RollbackTarget => ({ kind: 'refused', why });

/** Whether a deployment has served production and is still there. */
const wasLive = ({ state, readySubstate }: Deployment): boolean =>
  state === 'READY' && readySubstate === 'PROMOTED';

/**
 * Choose the deployment to return to.
 *
 * It must have served production. Without a named target it is the newest proven one that served before the
 * live one, and is not merely the same source built again; where none is proven, the newest that has no bad
 * record. On Hobby it can only be the one right before. Nothing is rolled back while production moves by itself, nor,
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
    : named(history, deploymentOf(wish.to), wish);
}

interface History {
  readonly project: Project;
  readonly from: Deployment;
  readonly deployments: readonly Deployment[];
}

function previous(history: History, { plan, known = [] }: RollbackWish): RollbackTarget {
  const { from, deployments } = history;
  const before = servedBefore(history);
  const others = before.filter((one) => originOf(one) !== originOf(from));
  const [newest] = others;
  if (newest === undefined) {
    return refused(`none of the newest ${deployments.length} of production served before`);
  }
  const kept = others.filter(({ isRollbackCandidate }) => isRollbackCandidate !== false);
  const possible = plan === 'hobby' || kept.length === 0 ? [newest] : kept;
  const judged = possible.map((to) => ({ to, ...recordOf(to, known) }));
  const best = bestStanding(judged);
  if (best !== undefined) return candidate(from, best, before[0], plan);
  return refused(
    plan === 'hobby'
      ? `on the Hobby plan only ${newest.uid} can be returned to, and it has a bad record`
      : 'every deployment that could be returned to has a bad record',
  );
}

const recordOf = (deployment: Deployment, known: readonly KnownState[]): VersionRecord =>
  recordAmong(
    known,
    ({ deploymentId }) => deploymentOf(deploymentId) === deployment.uid,
    versionOf(deployment),
  );

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

function named(
  history: History,
  id: string,
  { plan, known = [], isUndo = false }: RollbackWish,
): RollbackTarget {
  const { from, deployments } = history;
  const to = deployments.find(({ uid }) => uid === id);
  if (to === undefined) {
    return refused(`${id} is not among the newest ${deployments.length} of production`);
  }
  if (to.uid === from.uid) return refused(`${id} is live already`);
  if (!wasLive(to)) return refused(`${id} never served production, or is gone (${to.state})`);
  const record = recordOf(to, known);
  if (record.standing === 'bad' && !isUndo) {
    return refused(`${id} has a bad record: incidents were blamed on it`);
  }
  if (to.created > from.created) return { kind: 'found', from, to, ...record, by: 'promote' };
  return candidate(from, { to, ...record }, servedBefore(history)[0], plan);
}

/** Whether Vercel lets an older deployment be rolled back to. @param latest - what served before the live one */
function candidate(
  from: Deployment,
  { to, ...record }: { readonly to: Deployment } & VersionRecord,
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
  return { kind: 'found', from, to, ...record, by: 'rollback' };
}
