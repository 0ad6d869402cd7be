import * as z from 'zod';
import { AppError } from '../../errors.js';
import { rollbackResult, storedStates } from '../deployment-rollback.js';
import type { Looked, Prepared, Reported } from '../platform.js';
import { type Called, CLOCK_SKEW_MS, nothingSeen, refuse } from '../vendor-action.js';
import type { Deployment, Run } from './answers.js';
import { paths } from './calls.js';
import type { GitHubAction, GitHubRef, GitHubStep } from './github-action.js';
import { rollbackTarget } from './rollback-target.js';

/** A state, as it is stored with the recovery. */
const State = z.object({ deployment_id: z.number(), sha: z.string().min(1) });

type ByWorkflow = Extract<GitHubRef['rollback'], { by: 'workflow' }>;

/** Deployments whose statuses are read, at most: one call each. */
const LOOKED_AT = 8;

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
export const rollback: GitHubAction = {
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
  const { action, byPerson } = step.request;
  if (action.name !== 'rollback' || action.rollback_type !== 'deployment') {
    refuse(step, 'through GitHub only a deployment can be rolled back');
  }
  const isOwnChoice = step.rollback.by === 'workflow' && step.rollback.version_input === null;
  if (isOwnChoice && (action.to ?? 'previous') !== 'previous') {
    refuse(step, 'its workflow is told no version (version_input), so it cannot go to a named one');
  }
  const newest = (await step.calls.deployments()).slice(0, LOOKED_AT);
  const told = await Promise.all(
    newest.map(async (deployment) => ({
      deployment,
      states: await step.calls.states(deployment.id),
    })),
  );
  const target = rollbackTarget(told, { to: action.to, byPerson });
  if (target.kind === 'refused') refuse(step, target.why);
  if (step.rollback.by === 'workflow') await refuseRunning(step, step.rollback);
  const { from, to } = target;
  return {
    // A deployment that is newer than all that were seen changes the premise.
    before: { ...stored(from), newest: Math.max(...newest.map(({ id }) => id)) },
    after: stored(to),
    inverse: isOwnChoice ? null : { name: 'rollback', rollback_type: 'deployment', to: from.sha },
  };
}

const stored = ({ id, sha, created_at: createdAt }: Deployment) => ({
  deployment_id: id,
  sha,
  created_at: createdAt.toISOString(),
});

/** Two runs of it at once would be two rollbacks. */
async function refuseRunning(step: GitHubStep, { workflow }: ByWorkflow): Promise<void> {
  const running = (await step.calls.runs(workflow)).find(({ status }) => status !== 'completed');
  if (running !== undefined) {
    refuse(step, `run ${running.id} of ${workflow} has not ended (${running.status ?? 'unknown'})`);
  }
}

async function act(
  step: GitHubStep,
  prepared: Prepared,
): Promise<Readonly<Record<string, unknown>>> {
  const { from, to } = states(step, prepared);
  const [newest] = await step.calls.deployments();
  if (newest !== undefined && newest.id > from.newest) {
    refuse(step, `deployment ${newest.id} was made meanwhile`);
  }
  const { recoveryId } = step.request;
  if (step.rollback.by === 'workflow') {
    const { workflow, ref, inputs, version_input: name } = step.rollback;
    const version = name === null ? {} : { [name]: to.sha };
    await step.calls.dispatch({ workflow, ref, inputs: { ...inputs, ...version } });
    return result(step, prepared, true);
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
  const found =
    step.rollback.by === 'workflow'
      ? await runSince(step, step.rollback, called.since)
      : await deploymentOf(step);
  const what = step.rollback.by === 'workflow' ? 'new run' : 'new deployment';
  return found === undefined
    ? nothingSeen(step, called, what)
    : { kind: 'done', result: result(step, prepared, true) };
}

async function report(step: GitHubStep, prepared: Prepared, since: Date): Promise<Reported> {
  states(step, prepared);
  const end =
    step.rollback.by === 'workflow'
      ? endOfRun(await runSince(step, step.rollback, since))
      : await endOfDeployment(step);
  if (end === null) return { kind: 'pending' };
  return end.why === undefined
    ? { kind: 'done', result: { ...result(step, prepared, true), ...end } }
    : { kind: 'failed', why: end.why, result: result(step, prepared, false) };
}

/** How something ended; null while it has not. `why` says why it failed. */
type End = { readonly why?: string; readonly run_id?: number; readonly made_id?: number } | null;

function endOfRun(run: Run | undefined): End {
  if (run?.status !== 'completed') return null;
  return run.conclusion === 'success'
    ? { run_id: run.id }
    : { why: `run ${run.id} of the workflow ended as ${run.conclusion ?? 'unknown'}` };
}

async function endOfDeployment(step: GitHubStep): Promise<End> {
  const made = await deploymentOf(step);
  if (made === undefined) return null;
  const told = await step.calls.states(made.id);
  if (told.includes('success')) return { made_id: made.id };
  const [latest] = told;
  return latest === 'error' || latest === 'failure' || latest === 'inactive'
    ? { why: `deployment ${made.id} ended as ${latest}` }
    : null;
}

/**
 * The first run of the workflow since the call. Whoever asked for it, the rollback has been carried out:
 * that is what is looked for before it is repeated.
 */
async function runSince(
  { calls }: GitHubStep,
  { workflow }: ByWorkflow,
  since: Date,
): Promise<Run | undefined> {
  const from = since.getTime() - CLOCK_SKEW_MS;
  return (await calls.runs(workflow)).findLast(
    (run) => run.event === 'workflow_dispatch' && run.created_at.getTime() >= from,
  );
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
    before: State.extend({ newest: z.number() }),
    after: State,
    between: 'deployments',
  });

function result(step: GitHubStep, prepared: Prepared, success: boolean) {
  return {
    ...rollbackResult(step, prepared, success),
    auto_deploy: 'still on',
    auto_deploy_why: 'GitHub has no switch for it: the next push may bring the fault back',
  };
}
