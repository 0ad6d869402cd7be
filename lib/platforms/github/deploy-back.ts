import * as z from 'zod';
import { AppError } from '../../errors.js';
import { rollbackResult, storedStates } from '../deployment-rollback.js';
import type { Acted, Looked, Prepared, Reported } from '../platform.js';
import { type Called, nothingSeen, refuse } from '../vendor-action.js';
import type { Deployment } from './answers.js';
import { paths } from './calls.js';
import { findTarget } from './find-target.js';
import type { GitHubAction, GitHubStep } from './github-action.js';
import {
  type ByWorkflow,
  type End,
  endOfRun,
  ourRun,
  type RunsSince,
  refuseOthers,
  refuseRunning,
  runsSince,
} from './runs.js';
import { failureText, refuseNewer, storedDeployment, storedLive } from './told.js';

/** A state, as it is stored with the recovery. */
const State = z.object({ deployment_id: z.number(), sha: z.string().min(1) });

/** What a deployment made by a recovery is marked with. */
const MARK = 'forestall_recovery';

/**
 * Return to the commit that was deployed with success before: by the team's own rollback workflow, or by a
 * deployment of that commit, which whatever deploys the repository carries out.
 *
 * GitHub has no switch for automatic deploys: the next push may bring the fault back, and the result says so.
 *
 * @see https://docs.github.com/en/rest/deployments/deployments
 * @see https://docs.github.com/en/rest/actions/workflows
 */
export const deployBack: GitHubAction = {
  describe: ({ targetId, rollback: how }) =>
    how.by === 'workflow'
      ? [`POST ${paths.dispatches(targetId, how.workflow)}`]
      : [`POST ${paths.deployments(targetId)} (of the commit to return to)`],
  prepare,
  act,
  look,
  report,
};

async function prepare(step: GitHubStep): Promise<Prepared> {
  const { action } = step.request;
  if (action.name !== 'rollback' || action.rollback_type !== 'deployment') {
    refuse(step, 'through GitHub only a deployment can be rolled back');
  }
  const isOwnChoice = step.rollback.by === 'workflow' && step.rollback.version_input === null;
  if (isOwnChoice && (action.to ?? 'previous') !== 'previous') {
    refuse(step, 'its workflow is told no version (version_input), so it cannot go to a named one');
  }
  const { told, from, to } = await findTarget(step);
  const { rollback } = step;
  const run = rollback.by === 'workflow' ? await refuseRunning(step, rollback) : null;
  return {
    before: { ...storedLive(told, from), ...(run === null ? {} : { newest_run: run }) },
    after: storedDeployment(to),
    inverse: isOwnChoice ? null : { name: 'rollback', rollback_type: 'deployment', to: from.sha },
  };
}

async function act(
  step: GitHubStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const { from, to } = states(step, prepared);
  await refuseNewer(step, from.newest);
  const { recoveryId } = step.request;
  if (step.rollback.by === 'workflow') {
    const { workflow, ref, inputs, version_input: name } = step.rollback;
    // An attempt before may be minutes old.
    await refuseOthers(step, step.rollback, from.newest_run ?? null);
    const version = name === null ? {} : { [name]: to.sha };
    const runId = await step.calls.dispatch({ workflow, ref, inputs: { ...inputs, ...version } });
    return { ...result(step, prepared, true), ...(runId === null ? {} : { run_id: runId }) };
  }
  const status = await step.calls.deploy({
    sha: to.sha,
    description: `Forestall, recovery ${recoveryId}`,
    payload: { [MARK]: recoveryId },
  });
  // 202 tells of a merge in place of a deployment, which was not asked for.
  if (status !== 201)
    throw new AppError('upstream_refused', `GitHub made no deployment: ${status}`);
  return result(step, prepared, true);
}

async function look(step: GitHubStep, prepared: Prepared, called: Called): Promise<Looked> {
  states(step, prepared);
  if (step.rollback.by === 'workflow') return lookForRun(step, step.rollback, prepared, called);
  const found = await deploymentOf(step);
  return found === undefined
    ? nothingSeen(step, called, 'new deployment')
    : { kind: 'done', result: result(step, prepared, true) };
}

/** One run since the call is ours; of several nobody knows, for a workflow may serve many components. */
async function lookForRun(
  step: GitHubStep,
  how: ByWorkflow,
  prepared: Prepared,
  called: Called,
): Promise<Looked> {
  const from = runsFrom(step, prepared, called.since);
  const [run, ...others] = await runsSince(step, how, from);
  if (run === undefined) return nothingSeen(step, called, 'new run');
  if (others.length > 0) {
    const why = `${others.length + 1} runs of ${how.workflow} began since: any may be ours`;
    return { kind: 'unknown', why };
  }
  return { kind: 'done', result: { ...result(step, prepared, true), run_id: run.id } };
}

async function report(
  step: GitHubStep,
  prepared: Prepared,
  since: Date,
  acted: Acted,
): Promise<Reported> {
  states(step, prepared);
  const end =
    step.rollback.by === 'workflow'
      ? endOfRun(await ourRun(step, step.rollback, runsFrom(step, prepared, since), acted))
      : await endOfDeployment(step);
  if (end === null) return { kind: 'pending' };
  return end.why === undefined
    ? { kind: 'done', result: { ...result(step, prepared, true), ...end } }
    : { kind: 'failed', why: end.why, result: result(step, prepared, false) };
}

async function endOfDeployment(step: GitHubStep): Promise<End> {
  const made = await deploymentOf(step);
  if (made === undefined) return null;
  const told = (await step.calls.statuses(made.id)).map(({ state }) => state);
  if (told.includes('success')) return { made_id: made.id };
  const why = failureText(made.id, told);
  return why === null ? null : { why };
}

/** The deployment that this recovery has made, if any. */
async function deploymentOf({ calls, request }: GitHubStep): Promise<Deployment | undefined> {
  return (await calls.deployments()).find(({ payload }) => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload ?? {});
    return text.includes(MARK) && text.includes(request.recoveryId);
  });
}

const states = (step: GitHubStep, prepared: Prepared) =>
  storedStates(step, prepared, {
    before: State.extend({ newest: z.number(), newest_run: z.number().optional() }),
    after: State,
    between: 'deployments',
  });

const runsFrom = (step: GitHubStep, prepared: Prepared, since: Date): RunsSince => ({
  since,
  newest: states(step, prepared).from.newest_run ?? null,
});

function result(step: GitHubStep, prepared: Prepared, success: boolean) {
  return {
    ...rollbackResult(step, prepared, success),
    auto_deploy: 'still on',
    auto_deploy_why: 'GitHub has no switch for it: the next push may bring the fault back',
  };
}
