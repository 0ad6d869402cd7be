import * as z from 'zod';
import { type Call, order, request } from '../request.js';
import type { Access } from './access.js';
import { Deployment, DeploymentStatus, NewRun, type Run, RunPage } from './answers.js';
import { repositoryPath } from './repository-path.js';

/** How a component's repository is reached. */
export interface GitHubTarget {
  /** `owner/name`. */
  readonly repository: string;
  readonly environment: string;
  readonly credential: string;
}

/** A run of a workflow that is asked for. */
export interface Dispatch {
  readonly workflow: string;
  /** The branch whose version of the workflow runs. */
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** A deployment that is asked for. */
export interface NewDeployment {
  readonly sha: string;
  readonly description: string;
  readonly payload: Readonly<Record<string, string>>;
}

/** The calls that rollbacks of one repository's environment make. All throw as {@link request} does. */
export interface GitHubCalls {
  /** The newest deployments to the environment, 100 at most, newest first. */
  deployments(): Promise<readonly Deployment[]>;
  /** The states of a deployment with their instants, the latest first. */
  statuses(deploymentId: number): Promise<readonly DeploymentStatus[]>;
  /** Answers the status. */
  deploy(wanted: NewDeployment): Promise<number>;
  /** The newest runs of a workflow that were asked for by hand or by API, newest first. */
  runs(workflow: string): Promise<readonly Run[]>;
  /** Answers the id of the run that it began; null where GitHub does not tell it. */
  dispatch(wanted: Dispatch): Promise<number | null>;
}

/** Entries of one page, at most. */
const PAGE = '100';

const encode = encodeURIComponent;

/** The paths that change something, from the API's address on. */
export const paths = {
  deployments: (repository: string) => `${repositoryPath(repository)}/deployments`,
  dispatches: (repository: string, workflow: string) =>
    `${workflowPath(repository, workflow)}/dispatches`,
} as const;

function workflowPath(repository: string, workflow: string): string {
  return `${repositoryPath(repository)}/actions/workflows/${encode(workflow)}`;
}

/** Make the calls for one environment of a repository. */
export function gitHubCalls(access: Access, target: GitHubTarget): GitHubCalls {
  const { repository, environment, credential } = target;
  const read = (path: string, query: Readonly<Record<string, string>>): Call => ({
    method: 'GET',
    path,
    query: { ...query, per_page: PAGE },
    credential,
  });
  const deployments = paths.deployments(repository);
  return {
    deployments: async () => {
      const call = read(deployments, { environment });
      const { data } = await access((as) => request(as, call, z.array(Deployment)));
      return data.toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime());
    },
    statuses: async (id) => {
      const call = read(`${deployments}/${id}/statuses`, {});
      return (await access((as) => request(as, call, z.array(DeploymentStatus)))).data;
    },
    deploy: ({ sha, description, payload }) => {
      // GitHub neither merges anything into it nor waits for checks: it is a version that ran before.
      const how = { task: 'rollback', auto_merge: false, required_contexts: [] };
      const body = { ref: sha, ...how, environment, description, payload };
      const call = { method: 'POST', path: deployments, body, credential } as const;
      return access((as) => order(as, call));
    },
    runs: async (workflow) => {
      const call = read(`${workflowPath(repository, workflow)}/runs`, {
        event: 'workflow_dispatch',
      });
      const { workflow_runs: runs } = (await access((as) => request(as, call, RunPage))).data;
      return runs.toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime());
    },
    dispatch: async ({ workflow, ref, inputs }) => {
      const path = paths.dispatches(repository, workflow);
      const body = { ref, inputs, return_run_details: true };
      const call = { method: 'POST', path, body, credential } as const;
      const { data } = await access((as) => request(as, call, NewRun));
      return data?.workflow_run_id ?? null;
    },
  };
}
