import * as z from 'zod';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import { paths } from './calls.js';
import {
  type KubernetesAction,
  type KubernetesStep,
  refuseUnsettled,
  rolloutSince,
} from './kubernetes-action.js';
import { RESTARTED_AT } from './template-key.js';

const After = z.object({ restarted_at: z.iso.datetime() });

/**
 * Start all pods of a Deployment anew, as `kubectl rollout restart` does.
 *
 * The annotation's value is fixed before the call and is the recovery's mark: to write it again changes nothing.
 *
 * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_restart/
 */
export const restart: KubernetesAction = {
  describe: ({ workload, address }) => [
    `PATCH ${address}${paths.deployment(workload)} (annotation ${RESTARTED_AT})`,
  ],
  async prepare(step) {
    const deployment = await step.calls.deployment();
    refuseUnsettled(step, deployment);
    return {
      before: { restarted_at: markOf(deployment) },
      after: { restarted_at: step.now.toISOString() },
      inverse: null,
    };
  },
  async act(step, prepared) {
    const annotations = { [RESTARTED_AT]: wanted(step, prepared) };
    const status = await step.calls.merge({ spec: { template: { metadata: { annotations } } } });
    return { ...result(step, 'the restart was asked for'), status_code: status };
  },
  look,
  report,
};

const markOf = ({ spec }: Deployment): string | null =>
  spec.template.metadata.annotations?.[RESTARTED_AT] ?? null;

/** Whether it has been restarted since: by us, or by somebody later. */
function isRestarted(step: KubernetesStep, prepared: Prepared, deployment: Deployment): boolean {
  const at = Date.parse(markOf(deployment) ?? '');
  return at >= Date.parse(wanted(step, prepared));
}

async function look(step: KubernetesStep, prepared: Prepared, called: Called): Promise<Looked> {
  if (!isRestarted(step, prepared, await step.calls.deployment())) {
    return nothingSeen(step, called, 'annotation of a restart');
  }
  const told = result(step, 'the answer was lost; the Deployment shows the restart');
  return { kind: 'done', result: { ...told, status_code: null } };
}

async function report(step: KubernetesStep, prepared: Prepared, since: Date): Promise<Reported> {
  const deployment = await step.calls.deployment();
  if (!isRestarted(step, prepared, deployment)) return { kind: 'pending' };
  const rollout = rolloutSince(step, deployment, since);
  if (rollout.kind === 'done') {
    return { kind: 'done', result: result(step, `restarted: ${deployment.spec.replicas} pods`) };
  }
  if (rollout.kind === 'pending') return { kind: 'pending' };
  const { why } = rollout;
  return { kind: 'failed', why, result: { ...result(step, why), success: false } };
}

/** The mark that was stored before the call. Without it a repetition would be another restart. */
function wanted(step: KubernetesStep, { after }: Prepared): string {
  const parsed = After.safeParse(after);
  return parsed.success
    ? parsed.data.restarted_at
    : refuse(step, 'the recovery does not say how its restart is marked: plan it anew');
}

function result({ request, targetId }: KubernetesStep, message: string) {
  return { success: true, service_id: targetId, component: request.component, message };
}
