import type { Outcome, VendorInput } from '../vendor/server.js';
import type { GitHubDeployment, GitHubRepository } from './repository.js';

/** How GitHub's side behaves. */
export interface WorldOptions {
  readonly repositories: readonly GitHubRepository[];
  /** GitHub's own clock. */
  readonly now: () => Date;
  /** Whether what is asked for ends at once, or by hand in the state. */
  readonly finish: 'at_once' | 'by_hand';
}

/** GitHub's side: repositories with their deployments and runs. */
export interface World {
  readonly state: Map<string, GitHubRepository>;
  /** Names of the operations that changed something, in order. */
  readonly effects: string[];
  perform(operation: string, input: VendorInput): Outcome;
}

const refusal = (status: number): Outcome => ({ status });

/** Every other deployment to the environment becomes inactive, as GitHub does it. */
function goLive({ deployments }: GitHubRepository, live: GitHubDeployment): void {
  for (const one of deployments) if (one.states[0] === 'success') one.states.unshift('inactive');
  live.states.unshift('success');
}

/** Make GitHub's side. The repositories are copied. */
export function gitHubWorld({ repositories, now, finish }: WorldOptions): World {
  const state = new Map(repositories.map((one) => [one.id, structuredClone(one)]));
  const effects: string[] = [];
  const atOnce = finish === 'at_once';

  const deploy = (repository: GitHubRepository, body: unknown): Outcome => {
    const wanted = body as { ref: string; task: string; payload: object; environment: string };
    const known = repository.deployments.some(({ sha }) => sha === wanted.ref);
    if (wanted.environment !== repository.environment || !known) return refusal(422);
    const made: GitHubDeployment = {
      id: Math.max(...repository.deployments.map(({ id }) => id)) + 1,
      sha: wanted.ref,
      task: wanted.task,
      created_at: now().toISOString(),
      payload: wanted.payload,
      states: [],
    };
    repository.deployments.push(made);
    if (atOnce) goLive(repository, made);
    return { status: 201, body: view(made, repository) };
  };

  const dispatch = (repository: GitHubRepository, { params, body }: VendorInput): Outcome => {
    // What GitHub answers for a workflow that it does not know; its description leaves that out.
    if (params['workflow_id'] !== repository.workflow) return { status: 404, body: {} };
    const id = 100 + repository.runs.length;
    repository.runs.push({
      id,
      created_at: now().toISOString(),
      status: atOnce ? 'completed' : 'queued',
      conclusion: atOnce ? 'success' : null,
    });
    const { return_run_details: isTold = false } = body as { return_run_details?: boolean };
    if (!isTold) return { status: 204 };
    const url = `https://github.example/runs/${id}`;
    return { status: 200, body: { workflow_run_id: id, run_url: url, html_url: url } };
  };

  const acts: Readonly<
    Record<string, (repository: GitHubRepository, input: VendorInput) => Outcome>
  > = {
    'repos/list-deployments': (repository, { query }) => ({
      status: 200,
      body: repository.deployments
        .filter(() => query['environment'] === repository.environment)
        .map((one) => view(one, repository)),
    }),
    'repos/list-deployment-statuses': ({ deployments }, { params }) => ({
      status: 200,
      body: (
        deployments.find(({ id }) => id === Number(params['deployment_id']))?.states ?? []
      ).map((text, index) => ({
        id: index,
        state: text,
        description: '',
        created_at: now().toISOString(),
      })),
    }),
    'actions/list-workflow-runs': ({ runs }) => ({
      status: 200,
      body: { total_count: runs.length, workflow_runs: runs.map(runView) },
    }),
    'repos/create-deployment': (repository, { body }) => deploy(repository, body),
    'actions/create-workflow-dispatch': dispatch,
  };

  return {
    state,
    effects,
    perform(operation, input) {
      const repository = state.get(`${input.params['owner']}/${input.params['repo']}`);
      const act = acts[operation];
      if (repository === undefined || act === undefined) return refusal(404);
      const outcome = act(repository, input);
      if (!operation.includes('/list-') && outcome.status < 300) effects.push(operation);
      return outcome;
    },
  };
}

function view(
  { states: _, ...deployment }: GitHubDeployment,
  { id, environment }: GitHubRepository,
): object {
  const url = `https://api.github.example/repos/${id}/deployments/${deployment.id}`;
  const about = { ref: deployment.sha, environment, description: null };
  return { ...structuredClone(deployment), ...about, url, statuses_url: `${url}/statuses` };
}

function runView(run: GitHubRepository['runs'][number]): object {
  return {
    ...run,
    name: 'Rollback',
    event: 'workflow_dispatch',
    head_branch: 'main',
    head_sha: 'sha-2',
    workflow_id: 7,
    html_url: `https://github.example/runs/${run.id}`,
  };
}
