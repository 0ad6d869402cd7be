import { AppError } from '../../errors.js';
import type { Acted } from '../platform.js';
import { CLOCK_SKEW_MS } from '../vendor-action.js';
import type { Run } from './answers.js';
import type { GitHubRef, GitHubStep } from './github-action.js';

/** How a component is rolled back by a workflow. */
export type ByWorkflow = Extract<GitHubRef['rollback'], { by: 'workflow' }>;

/** When to come back while another run of the workflow has not ended, seconds. */
const RUNNING_S = 60;

/** Two runs of it at once would be two rollbacks: one that has not ended, whosever it is, goes first. @throws {AppError} `upstream_unavailable` */
export async function refuseRunning(step: GitHubStep, { workflow }: ByWorkflow): Promise<void> {
  const running = (await step.calls.runs(workflow)).find(({ status }) => status !== 'completed');
  if (running !== undefined) {
    const state = running.status ?? 'unknown';
    throw new AppError(
      'upstream_unavailable',
      `${step.request.component} (${step.targetId}): run ${running.id} of ${workflow} has not ended (${state})`,
      { retryAfterS: RUNNING_S },
    );
  }
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
  since: Date,
  acted: Acted,
): Promise<Run | undefined> {
  const told = acted?.['run_id'];
  if (typeof told !== 'number') return (await runsSince(step, how, since))[0];
  return (await step.calls.runs(how.workflow)).find(({ id }) => id === told);
}

/** The runs of the workflow that began since the call, oldest first, whoever asked for them. */
export async function runsSince(
  { calls }: GitHubStep,
  { workflow }: ByWorkflow,
  since: Date,
): Promise<Run[]> {
  const from = since.getTime() - CLOCK_SKEW_MS;
  return (await calls.runs(workflow))
    .filter((run) => run.event === 'workflow_dispatch' && run.created_at.getTime() >= from)
    .reverse();
}
