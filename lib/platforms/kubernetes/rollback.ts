import * as z from 'zod';
import { rollbackResult, storedStates } from '../deployment-rollback.js';
import { outdatedBy, shownRecord } from '../known-standing.js';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import { type Patch, paths } from './calls.js';
import {
  type KubernetesAction,
  type KubernetesStep,
  refuseUnsettled,
  rolloutSince,
} from './kubernetes-action.js';
import { historyOf, lifeOf } from './life.js';
import { podsThen } from './pods-then.js';
import { type Revision, revisionsOf } from './revisions.js';
import { rollbackTarget } from './rollback-target.js';
import { templateKey } from './template-key.js';

/** A state, as it is stored with the recovery: of the template its key, its images and where it is kept. */
const State = z.object({
  revision: z.number(),
  replica_set: z.string().min(1),
  template_key: z.string().min(1),
  /** Pods, where their number is part of what is returned to. */
  instances: z.number().nullish(),
});

/**
 * Return to the template of an earlier, proven revision, as `kubectl rollout undo` does, and only while the Deployment
 * stands as it was read. A configuration is part of the template, and so is gone back to by it, among those that have
 * the live images; the whole previous state is the template with its number of pods, changed by one call.
 *
 * ConfigMaps and Secrets are not touched: what they held before nobody keeps.
 *
 * A cluster has no switch for automatic deploys: the next apply, or sync, may bring the fault back, and the result
 * says so.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
 */
export const rollback: KubernetesAction = {
  describe: ({ workload, address }) => [
    `PATCH ${address}${paths.deployment(workload)} (the template of an earlier revision)`,
  ],
  prepare,
  act,
  look,
  report,
};

async function prepare(step: KubernetesStep): Promise<Prepared> {
  const { action, byPerson, known = [], undoes } = step.request;
  if (action.name !== 'rollback') refuse(step, 'it is no rollback');
  const kind = action.rollback_type;
  const deployment = await step.calls.deployment();
  refuseUnsettled(step, deployment);
  const revisions = revisionsOf(await step.calls.replicaSets(deployment));
  const wish = { kind, to: action.to, byPerson, known, isUndo: undoes !== undefined };
  const target = rollbackTarget(deployment, revisions, wish);
  if (target.kind === 'refused') refuse(step, target.why);
  const { from, to } = target;
  const pods = kind === 'previous_state' ? await podsThen(step, deployment, target) : null;
  return {
    ...outdatedBy(target),
    before: {
      ...stored(from),
      ...liveSince(deployment, revisions),
      ...(pods !== null && { instances: pods.before }),
    },
    after: {
      ...stored(to),
      ...shownRecord(target),
      ...(pods !== null && { instances: pods.after }),
    },
    inverse: { name: 'rollback', rollback_type: kind, to: String(from.revision) },
  };
}

/** When it went live, or, of a rollout that was given up or that no deadline watches, when that began. */
function liveSince(deployment: Deployment, revisions: readonly Revision[]): object {
  const history = historyOf(deployment, revisions);
  const { liveFrom } = lifeOf(deployment, history);
  const begunAt = history[0]?.begunAt ?? null;
  return liveFrom !== null || begunAt === null
    ? { live_from: liveFrom?.toISOString() ?? null }
    : { created_at: begunAt.toISOString() };
}

const stored = ({ revision, replicaSet, version, template }: Revision) => ({
  revision,
  replica_set: replicaSet,
  template_key: version,
  images: template.spec.containers.map(({ image }) => image ?? null),
});

async function act(
  step: KubernetesStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const { from, to } = states(step, prepared);
  const deployment = await step.calls.deployment();
  const live = templateKey(deployment.spec.template);
  const { replicas } = deployment.spec;
  const wanted = to.instances ?? null;
  if (live === to.template_key && (wanted === null || wanted === replicas)) {
    return { ...result(step, prepared, true), message: 'that template stood there already' };
  }
  if (live !== from.template_key) refuse(step, 'its template was changed meanwhile');
  if (deployment.spec.paused) refuse(step, 'its rollouts are paused: resume them first');
  if (wanted !== null) await refuseOtherPods(step, replicas, from.instances ?? null);
  const kept = revisionsOf(await step.calls.replicaSets(deployment));
  const found = kept.find(({ version }) => version === to.template_key);
  if (found === undefined) refuse(step, `revision ${to.revision} is not kept any more`);
  await step.calls.patch([
    { op: 'test', path: '/metadata/resourceVersion', value: deployment.metadata.resourceVersion },
    { op: 'replace', path: '/spec/template', value: found.template },
    ...podsChange(wanted, replicas),
  ]);
  return { ...result(step, prepared, true), message: 'the earlier template was put back' };
}

/** Refuse where somebody has changed the number of pods, or has left it to an autoscaler, since it was read. */
async function refuseOtherPods(
  step: KubernetesStep,
  now: number,
  then: number | null,
): Promise<void> {
  if (now !== then) refuse(step, `its number of pods was changed meanwhile, to ${now}`);
  if ((await step.calls.autoscalers()).length === 0) return;
  refuse(step, 'an autoscaler has the say over its number of pods by now: plan it anew');
}

/** In the same call as the template: both change, or neither. */
const podsChange = (wanted: number | null, now: number): Patch[] =>
  wanted === null || wanted === now
    ? []
    : [{ op: 'replace', path: '/spec/replicas', value: wanted }];

async function look(step: KubernetesStep, prepared: Prepared, called: Called): Promise<Looked> {
  const { from, to } = states(step, prepared);
  const live = templateKey((await step.calls.deployment()).spec.template);
  if (live === to.template_key) {
    const message = 'the answer was lost; the Deployment shows the rollback';
    return { kind: 'done', result: { ...result(step, prepared, true), message } };
  }
  return live === from.template_key
    ? nothingSeen(step, called, 'change of the template')
    : { kind: 'unknown', why: 'its template was changed to another meanwhile' };
}

async function report(step: KubernetesStep, prepared: Prepared, since: Date): Promise<Reported> {
  const { from, to } = states(step, prepared);
  const deployment = await step.calls.deployment();
  const live = templateKey(deployment.spec.template);
  const rollout = rolloutSince(step, deployment, since);
  if (live === from.template_key) return { kind: 'pending' };
  const why =
    live !== to.template_key
      ? 'its template was changed by somebody else'
      : rollout.kind === 'failed'
        ? rollout.why
        : null;
  if (why !== null) return { kind: 'failed', why, result: result(step, prepared, false) };
  return rollout.kind === 'done'
    ? { kind: 'done', result: result(step, prepared, true) }
    : { kind: 'pending' };
}

const states = (step: KubernetesStep, prepared: Prepared) =>
  storedStates(step, prepared, { before: State, after: State, between: 'revisions' });

function result(step: KubernetesStep, prepared: Prepared, success: boolean) {
  return {
    ...rollbackResult(step, prepared, success),
    auto_deploy: 'still on',
    auto_deploy_why: 'a cluster has no switch for it: the next apply or sync may bring it back',
  };
}
