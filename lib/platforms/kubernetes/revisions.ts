import type { Lived } from '../version-history.js';
import type { Deployment, ReplicaSet, Template } from './answers.js';
import { ownTemplate, templateKey } from './template-key.js';

/** One revision of a Deployment. */
export interface Revision extends Lived {
  readonly revision: number;
  readonly replicaSet: string;
  readonly template: Template;
  /** When its ReplicaSet was made, which began its rollout; null where it began again later, or nobody tells. */
  readonly begunAt: Date | null;
}

const REVISION = 'deployment.kubernetes.io/revision';

/** Numbers that a ReplicaSet had before it was returned to. */
const HISTORY = 'deployment.kubernetes.io/revision-history';

/** The number of a Deployment's live revision; null where it tells none. */
export function liveRevision({ metadata }: Deployment): number | null {
  return numbers(metadata.annotations[REVISION])[0] ?? null;
}

/**
 * All revisions that are kept, newest first. A ReplicaSet that was returned to stands for each of its numbers.
 */
export function revisionsOf(replicaSets: readonly ReplicaSet[]): readonly Revision[] {
  return replicaSets
    .flatMap(({ metadata: { name, annotations, creationTimestamp: madeAt = null }, spec }) => {
      const template = ownTemplate(spec.template);
      const version = templateKey(spec.template);
      const earlier = numbers(annotations[HISTORY]);
      const begunAt = earlier.length === 0 ? madeAt : null;
      return [...numbers(annotations[REVISION]), ...earlier].map(
        (revision): Revision => ({ revision, version, replicaSet: name, template, begunAt }),
      );
    })
    .toSorted((a, b) => b.revision - a.revision);
}

function numbers(text = ''): number[] {
  return text
    .split(',')
    .filter((one) => /^\d{1,15}$/.test(one))
    .map(Number);
}
