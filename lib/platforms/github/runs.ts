import { AppError } from '../../errors.js';
import type { Acted } from '../platform.js';
import { CLOCK_SKEW_MS, refuse } from '../vendor-action.js';
import type { Run } from './answers.js';
import type { GitHubRef, GitHubStep } from './github-action.js';

/** How a component is rolled back by a workflow. */
export type ByWorkflow = Extract<GitHubRef['rollback'], { by: 'workflow' }>;

/** When to come back while another run of the workflow has not ended, seconds. */
const RUNNING_S = 60;

/**
 * Two runs of it at once would be two rollbacks: one that has not ended, whosever it is, goes first.
 *
 * @returns the highest id of a run so far, 0 where there is none: only what is above it can be ours
 * @throws {AppError} `upstream_unavailable`
 */
export async function refuseRunning(step: GitHubStep, { workflow }: ByWorkflow): Promise<number> {
  const runs = await step.calls.runs(workflow);
  const running = runs.find(({ status }) => status !== 'completed');
  if (running !== undefined) {
    const state = running.status ?? 'unknown';
    throw new AppError(
      'upstream_unavailable',
      `${step.request.component} (${step.targetId}): run ${running.id} of ${workflow} has not ended (${state})`,
      { retryAfterS: RUNNING_S },
    );
  }
  return Math.max(0, ...runs.map(({ id }) => id));
}

/**
 * Right before a dispatch: a run that began since the rollback was prepared is somebody else's, and could not be told
 * from ours afterwards.
 *
 * @param newest - the highest id of the runs before; null where it was not kept
 * @throws {AppError} `refused` where there is one; as {@link refuseRunning} does
 */
export async function refuseOthers(
  step: GitHubStep,
  how: ByWorkflow,
  newest: number | null,
): Promise<void> {
  const runs = await step.calls.runs(how.workflow);
  const other = newest === null ? undefined : runs.find(({ id }) => id > newest);
  if (other !== undefined) {
    refuse(
      step,
      `run ${other.id} of ${how.workflow} began since this was decided, by somebody else`,
    );
  }
  await refuseRunning(step, how);
}

/** Since when a run may be ours. */
export interface RunsSince {
  /** When the first call may have begun. */
  readonly since: Date;
  /** The highest id of the runs before it; null where it was not kept. */
  readonly newest: number | null;
}

/** How something ended; null while it has not. `why` says why it failed. */
export type End = {
  readonly why?: string;
  readonly run_id?: number;
  readonly made_id?: number;
} | null;

/** How a run ended. */
export function endOfRun(run: Run | undefined): End {
  if (run?.status !== 'completed') return null;
  return run.conclusion === 'success'
    ? { run_id: run.id }
    : { why: `run ${run.id} of the workflow ended as ${run.conclusion ?? 'unknown'}` };
}

/** The run that GitHub told us of; where it told none, the first since the call. */
export async function ourRun(
  step: GitHubStep,
  how: ByWorkflow,
  from: RunsSince,
  acted: Acted,
): Promise<Run | undefined> {
  const told = acted?.['run_id'];
  if (typeof told !== 'number') return (await runsSince(step, how, from))[0];
  return (await step.calls.runs(how.workflow)).find(({ id }) => id === told);
}

/**
 * The runs of the workflow that began since the call, oldest first, whoever asked for them. What began before it was
 * prepared is none of them: an attempt may have waited for the end of somebody else's run.
 */
export async function runsSince(
  { calls }: GitHubStep,
  { workflow }: ByWorkflow,
  { since, newest }: RunsSince,
): Promise<Run[]> {
  const from = since.getTime() - CLOCK_SKEW_MS;
  return (await calls.runs(workflow))
    .filter(
      ({ id, event, created_at: at }) =>
        event === 'workflow_dispatch' && at.getTime() >= from && id > (newest ?? 0),
    )
    .reverse();
}
