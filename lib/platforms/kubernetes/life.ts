import type { Deployment } from './answers.js';
import { liveRevision, type Revision } from './revisions.js';
import { rolledOutAt } from './rollout.js';
import { templateKey } from './template-key.js';

/**
 * The revisions from the live one back, newest first; empty where no ReplicaSet is of the live template, because its
 * controller has not caught up.
 */
export function historyOf(
  deployment: Deployment,
  revisions: readonly Revision[],
): readonly Revision[] {
  const number = liveRevision(deployment);
  const liveAt = revisions.findIndex(({ revision }) => revision === number);
  const isOf = revisions[liveAt]?.version === templateKey(deployment.spec.template);
  return isOf ? revisions.slice(liveAt) : [];
}

/** The latest life of the live template: since it took another's place, through all restarts. */
export interface Life {
  /** What tells it from other lives of the same Deployment. */
  readonly id: string;
  /** When it went live; null where the cluster does not tell, or it has not yet. */
  readonly liveFrom: Date | null;
}

/**
 * Tell the latest life of the live template.
 *
 * It is live since its rollout was done. A restart has a rollout of its own, which is of no other version: by the time
 * the first of them began, it was live.
 *
 * @param history - {@link historyOf}, at least one
 */
export function lifeOf(deployment: Deployment, history: readonly Revision[]): Life {
  const live = history[0]?.version ?? 'none';
  const end = history.findIndex(({ version }) => version !== live);
  const run = end === -1 ? history : history.slice(0, end);
  const firstRestart = run.at(-2)?.begunAt ?? null;
  const rolledOut = rolledOutAt(deployment);
  return {
    // A restart changes neither, but for one that pushes the version before out of what is kept.
    id: `${history[end]?.revision ?? 0}-${live.slice(0, 12)}`,
    liveFrom: rolledOut === null ? null : (firstRestart ?? rolledOut),
  };
}
