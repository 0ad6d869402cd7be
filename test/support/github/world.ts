import type { Outcome, VendorInput } from '../vendor/server.js';
import { type AppWorld, gitHubApp } from './app.js';
import { type Act, gitActs } from './git-world.js';
import { type GitHubDeployment, type GitHubRepository, gitHubSha } from './repository.js';

/** How GitHub's side behaves. */
export interface WorldOptions {
  readonly repositories: readonly GitHubRepository[];
  /** GitHub's own clock. */
  readonly now: () => Date;
  /** Whether what is asked for ends at once, or by hand in the state. */
  readonly finish: 'at_once' | 'by_hand';
}

/** GitHub's side: repositories with their commits, pull requests, deployments and runs; and an app. */
export interface World {
  readonly app: AppWorld;
  readonly state: Map<string, GitHubRepository>;
  /** Names of the operations that changed something, in order. */
  readonly effects: string[];
  perform(operation: string, input: VendorInput): Outcome;
  /** Deploy a commit as a pipeline does that follows the branch; it is live at once. */
  deployed(repository: GitHubRepository, sha: string): GitHubDeployment;
}

/** Operations that change nothing. */
const READS = /\/(list|get|compare)(-|$)/;

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

  const app = gitHubApp(now);

  const add = (
    { deployments }: GitHubRepository,
    given: Pick<GitHubDeployment, 'sha' | 'task' | 'payload'>,
  ): GitHubDeployment => {
    const id = Math.max(...deployments.map((one) => one.id)) + 1;
    const made = { id, created_at: now().toISOString(), states: [], ...given };
    deployments.push(made);
    return made;
  };

  const deployed = (repository: GitHubRepository, sha: string): GitHubDeployment => {
    const made = add(repository, { sha, task: 'deploy', payload: {} });
    goLive(repository, made);
    return made;
  };

  const deploy = (repository: GitHubRepository, body: unknown): Outcome => {
    const wanted = body as { ref: string; task: string; payload: object; environment: string };
    const known = repository.deployments.some(({ sha }) => sha === wanted.ref);
    if (wanted.environment !== repository.environment || !known) return refusal(422);
    const { ref, task, payload } = wanted;
    const made = add(repository, { sha: ref, task, payload });
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

  const acts: Readonly<Record<string, Act>> = {
    ...gitActs(now, (repository, sha) => {
      if (atOnce) deployed(repository, sha);
    }),
    'repos/list-deployments': (repository, { query }) => ({
      status: 200,
      body: repository.deployments
        .filter(() => query['environment'] === repository.environment)
        .map((one) => view(one, repository)),
    }),
    'repos/list-deployment-statuses': ({ deployments }, { params }) => ({
      status: 200,
      body: deployments
        .filter(({ id }) => id === Number(params['deployment_id']))
        .flatMap(statusViews),
    }),
    'actions/list-workflow-runs': ({ runs }) => ({
      status: 200,
      body: { total_count: runs.length, workflow_runs: runs.map(runView) },
    }),
    'repos/create-deployment': (repository, { body }) => deploy(repository, body),
    'actions/create-workflow-dispatch': dispatch,
  };

  return {
    app,
    state,
    effects,
    deployed,
    perform(operation, input) {
      if (operation.startsWith('apps/')) return app.perform(operation, input);
      if (!app.may(operation, input)) return refusal(403);
      const repository = state.get(`${input.params['owner']}/${input.params['repo']}`);
      const act = acts[operation];
      if (repository === undefined || act === undefined) return refusal(404);
      const outcome = act(repository, input);
      if (!READS.test(operation) && outcome.status < 300) effects.push(operation);
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

/** The statuses of a deployment, the latest first: one every ten seconds. */
function statusViews({ states, created_at: createdAt }: GitHubDeployment): object[] {
  return states.map((state, index) => {
    const at = Date.parse(createdAt) + 10_000 * (states.length - index);
    return { id: index, state, description: '', created_at: new Date(at).toISOString() };
  });
}

function runView(run: GitHubRepository['runs'][number]): object {
  return {
    ...run,
    name: 'Rollback',
    event: 'workflow_dispatch',
    head_branch: 'main',
    head_sha: gitHubSha(2),
    workflow_id: 7,
    html_url: `https://github.example/runs/${run.id}`,
  };
}
