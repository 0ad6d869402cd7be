import { createHash } from 'node:crypto';
import { sortedKeys } from '../../domain/sorted-keys.js';
import type { Template } from './answers.js';

/** The annotation by which `kubectl rollout restart` makes a Deployment start its pods anew. */
export const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** The label that a ReplicaSet's controller adds to its template. */
const HASH = 'pod-template-hash';

/** A ReplicaSet's template as the Deployment had it. */
export function ownTemplate(template: Template): Template {
  const { labels, ...metadata } = template.metadata;
  return {
    ...template,
    metadata: { ...metadata, ...(labels === undefined ? {} : { labels: without(labels, HASH) }) },
  };
}

/**
 * What tells versions of a template apart; a restart does not make another version. Nothing can be read out of it,
 * since templates may hold what is nobody's business.
 */
export function templateKey(template: Template): string {
  const own = ownTemplate(template);
  const annotations = without(own.metadata.annotations ?? {}, RESTARTED_AT);
  const { annotations: _, ...metadata } = own.metadata;
  const plain = {
    ...own,
    metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
  };
  return createHash('sha256')
    .update(JSON.stringify(sortedKeys(plain)))
    .digest('hex');
}

function without(texts: Readonly<Record<string, string>>, key: string): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => name !== key));
}
