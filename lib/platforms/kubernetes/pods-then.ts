import * as z from 'zod';
import { isProven } from '../../domain/decide/known-state.js';
import type { VersionRecord } from '../known-standing.js';
import { refuse } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import type { KubernetesStep } from './kubernetes-action.js';
import type { Revision } from './revisions.js';

/** Numbers of pods between which a rollback of the whole state goes; null where an autoscaler decides. */
export interface Pods {
  readonly before: number | null;
  readonly after: number | null;
}

const Undone = z.object({ instances: z.number().nullable() });

/**
 * Find the number of pods that belongs to a state as a whole. An autoscaler keeps its say; else it is the number that
 * the ledger saw with that template last, or, of an undo, what stood before.
 *
 * @throws {AppError} `refused` where the state is not proven and no person has named it, or nobody knows the number
 */
export async function podsThen(
  step: KubernetesStep,
  { spec }: Deployment,
  { to, standing }: VersionRecord & { readonly to: Revision },
): Promise<Pods> {
  const { action, byPerson, known = [], undoes } = step.request;
  const isNamed = action.name === 'rollback' && action.to === String(to.revision);
  if (undoes === undefined && !isProven(standing) && !(byPerson && isNamed)) {
    refuse(step, `no known state is proven: revision ${to.revision} is not`);
  }
  if ((await step.calls.autoscalers()).length > 0) return { before: null, after: null };
  const after =
    undoes === undefined
      ? (known
          .filter(({ version, instances }) => version === to.version && instances !== null)
          .toSorted((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime())[0]?.instances ?? null)
      : Undone.parse(undoes.before).instances;
  if (after === null) refuse(step, 'how many pods that state had is not known');
  return { before: spec.replicas, after };
}
