import * as z from 'zod';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import { paths } from './calls.js';
import type { KubernetesAction, KubernetesStep } from './kubernetes-action.js';
import { rolloutOf } from './rollout.js';

/** A number of pods, and whose: the Deployment's own, or an autoscaler's fewest. */
const State = z.object({ instances: z.number(), autoscaler: z.string().nullable() });
type State = z.infer<typeof State>;

const Stored = z.object({ before: State, after: State });

/**
 * Bring a Deployment to a number of pods; where an autoscaler has the say, to at least that number, by its
 * fewest, which only a person may do. Changed only while the number is the one that was read, so that it cannot be done twice.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export const scale: KubernetesAction = {
  describe: ({ workload, address }) => [
    `PATCH ${address}${paths.deployment(workload)}/scale (or minReplicas of its autoscaler)`,
  ],
  prepare,
  async act(step, prepared) {
    const { before, after } = states(step, prepared);
    const path = after.autoscaler === null ? '/spec/replicas' : '/spec/minReplicas';
    const changes = [
      { op: 'test', path, value: before.instances },
      { op: 'replace', path, value: after.instances },
    ] as const;
    await (after.autoscaler === null
      ? step.calls.patchScale(changes)
      : step.calls.patchAutoscaler(after.autoscaler, changes));
    return result(step, prepared, 'the number of pods was changed');
  },
  look,
  report,
};

async function prepare(step: KubernetesStep): Promise<Prepared> {
  const { action, byPerson } = step.request;
  if (action.name !== 'scale') refuse(step, 'this is no scaling');
  const [autoscaler, second] = await step.calls.autoscalers();
  if (second !== undefined) refuse(step, 'more than one autoscaler has the say');
  if (autoscaler !== undefined && !byPerson) {
    refuse(step, 'an autoscaler has the say: only a person may raise its fewest');
  }
  const most = autoscaler?.spec.maxReplicas ?? action.to;
  if (action.to > most) refuse(step, `its autoscaler allows at most ${most} pods`);
  const deployment = await step.calls.deployment();
  const name = autoscaler?.metadata.name ?? null;
  const instances = autoscaler?.spec.minReplicas ?? deployment.spec.replicas;
  if (instances === action.to) refuse(step, `it stands at ${instances} already`);
  return {
    before: { instances, autoscaler: name },
    after: { instances: action.to, autoscaler: name },
    // To 0 is no action: what was off cannot be put back.
    inverse: instances === 0 ? null : { name: 'scale', to: instances },
  };
}

/** The number as it stands now, of whom the recovery changes it; null where that autoscaler is gone. */
async function now(step: KubernetesStep, { autoscaler }: State, deployment: Deployment) {
  if (autoscaler === null) return deployment.spec.replicas;
  const all = await step.calls.autoscalers();
  return all.find(({ metadata }) => metadata.name === autoscaler)?.spec.minReplicas ?? null;
}

async function look(step: KubernetesStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { before, after } = states(step, prepared);
  const stands = await now(step, after, await step.calls.deployment());
  if (stands === after.instances) {
    const told = result(step, prepared, 'the answer was lost; the number shows it');
    return { kind: 'done', result: told };
  }
  return stands === before.instances
    ? nothingSeen(step, called, 'other number of pods')
    : { kind: 'unknown', why: `somebody has set ${stands ?? 'nothing'} meanwhile` };
}

async function report(step: KubernetesStep, prepared: Prepared): Promise<Reported> {
  const { after } = states(step, prepared);
  const deployment = await step.calls.deployment();
  const stands = await now(step, after, deployment);
  if (stands !== after.instances) {
    const why = `somebody has set ${stands ?? 'nothing'} in its place`;
    return { kind: 'failed', why, result: { ...result(step, prepared, why), success: false } };
  }
  const isThere =
    after.autoscaler === null
      ? rolloutOf(deployment).kind === 'done'
      : deployment.status.availableReplicas >= after.instances;
  return isThere ? { kind: 'done', result: result(step, prepared, 'scaled') } : { kind: 'pending' };
}

/** What was stored before the call. Without it nobody knows what was meant, and nothing is done. */
function states(step: KubernetesStep, { before, after }: Prepared): z.infer<typeof Stored> {
  const parsed = Stored.safeParse({ before, after });
  return parsed.success
    ? parsed.data
    : refuse(step, 'the recovery does not say between which numbers of pods: plan it anew');
}

function result({ request, targetId }: KubernetesStep, prepared: Prepared, message: string) {
  return {
    success: true,
    service_id: targetId,
    component: request.component,
    message,
    from_state: prepared.before,
    to_state: prepared.after,
  };
}
