/** A deployment as GitHub keeps it. */
export interface GitHubDeployment {
  readonly id: number;
  readonly sha: string;
  readonly task: string;
  readonly created_at: string;
  readonly payload: object | string;
  /** The latest first. */
  states: string[];
}

/** A run of a workflow as GitHub keeps it. */
export interface GitHubRun {
  readonly id: number;
  readonly created_at: string;
  status: string;
  conclusion: string | null;
}

/** A repository as GitHub keeps it, with the one environment that it is deployed to. */
export interface GitHubRepository {
  /** `owner/name`. */
  readonly id: string;
  readonly environment: string;
  readonly workflow: string;
  readonly deployments: GitHubDeployment[];
  readonly runs: GitHubRun[];
}

/**
 * A deployment of a commit of its own, that was replaced by another.
 *
 * @param order - a greater one is newer; minutes since some instant
 */
export function gitHubDeployment(
  order: number,
  given: Partial<GitHubDeployment> = {},
): GitHubDeployment {
  return {
    id: order,
    sha: `sha-${order}`,
    task: 'deploy',
    created_at: new Date(Date.UTC(2026, 2, 1) + order * 60_000).toISOString(),
    payload: {},
    states: ['inactive', 'success', 'in_progress'],
    ...given,
  };
}

/** A repository whose newest of two deployments is live. */
export function gitHubRepository(
  id: string,
  given: Partial<GitHubRepository> = {},
): GitHubRepository {
  return {
    id,
    environment: 'production',
    workflow: 'rollback.yml',
    deployments: [gitHubDeployment(1), gitHubDeployment(2, { states: ['success', 'in_progress'] })],
    runs: [],
    ...given,
  };
}
