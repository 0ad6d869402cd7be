import * as z from 'zod';
import { isProven } from '../../domain/decide/known-state.js';
import type { VersionRecord } from '../known-standing.js';
import type { ActionRequest } from '../platform.js';
import { refuse } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import type { KubernetesStep } from './kubernetes-action.js';
import type { Revision } from './revisions.js';

/** Numbers of pods between which a rollback of the whole state goes; null where an autoscaler decides. */
export interface Pods {
  readonly before: number | null;
  readonly after: number | null;
}

/** An end of what is undone: its number of pods, null where it left that alone. */
const End = z.object({ instances: z.number().nullish() });

/** Left to whoever decides on it. */
const ALONE: Pods = { before: null, after: null };

/**
 * Find the number of pods that belongs to a state as a whole. An autoscaler keeps its say; else it is the number that
 * the ledger saw last with that template while it proved itself. An undo puts back what stood before, where the number
 * is still the one that it was changed to: what somebody has set since is theirs.
 *
 * @throws {AppError} `refused` where the state is not proven and no person has named it, or nobody knows the number
 */
export async function podsThen(
  step: KubernetesStep,
  { spec }: Deployment,
  { to, standing }: VersionRecord & { readonly to: Revision },
): Promise<Pods> {
  const { action, byPerson, known = [], undoes } = step.request;
  const mayUnproven = byPerson && action.name === 'rollback' && action.to === String(to.revision);
  if (undoes === undefined && !isProven(standing) && !mayUnproven) {
    refuse(step, `no known state is proven: revision ${to.revision} is not`);
  }
  if ((await step.calls.autoscalers()).length > 0) return ALONE;
  if (undoes !== undefined) return podsBack(spec.replicas, undoes);
  const counted = known
    .filter(({ version, instances }) => version === to.version && instances !== null)
    .toSorted((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime());
  const proven = counted.find((state) => isProven(state.standing));
  const state = proven ?? (mayUnproven ? counted[0] : undefined);
  const after = state?.instances ?? refuse(step, 'how many pods that state had is not known');
  return { before: spec.replicas, after };
}

function podsBack(now: number, { before, after }: NonNullable<ActionRequest['undoes']>): Pods {
  const left = End.safeParse(before).data?.instances ?? null;
  const isOurs = End.safeParse(after).data?.instances === now;
  return left !== null && isOurs ? { before: now, after: left } : ALONE;
}
