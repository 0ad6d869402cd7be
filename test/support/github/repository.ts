/** The hash of a commit, in GitHub's form. */
export const gitHubSha = (order: number): string => order.toString(16).padStart(40, '0');

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

/** A commit as GitHub keeps it. */
export interface GitHubCommit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
}

/** A pull request as GitHub keeps it, within one repository. */
export interface GitHubPull {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  /** The branches. */
  readonly head: string;
  readonly base: string;
  readonly created_at: string;
  /** Of the head, also when its branch is gone. */
  head_sha: string;
  state: 'open' | 'closed';
  merged_at: string | null;
  merge_commit_sha: string | null;
  mergeable_state: string;
}

/** A repository as GitHub keeps it, with the one environment that it is deployed to. */
export interface GitHubRepository {
  /** `owner/name`. */
  readonly id: string;
  readonly environment: string;
  readonly workflow: string;
  readonly deployments: GitHubDeployment[];
  readonly runs: GitHubRun[];
  readonly commits: GitHubCommit[];
  /** What each branch points at. */
  readonly branches: Record<string, string>;
  readonly pulls: GitHubPull[];
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
    sha: gitHubSha(order),
    task: 'deploy',
    created_at: new Date(Date.UTC(2026, 2, 1) + order * 60_000).toISOString(),
    payload: {},
    states: ['inactive', 'success', 'in_progress'],
    ...given,
  };
}

/** A commit with files of its own, or those of another. */
export function gitHubCommit(sha: string, given: Partial<GitHubCommit> = {}): GitHubCommit {
  return { sha, tree: `tree-of-${sha}`, parents: [], message: 'a change', ...given };
}

/** A repository whose newest of two deployments is live, and is what `main` ends with: a commit after another. */
export function gitHubRepository(
  id: string,
  given: Partial<GitHubRepository> = {},
): GitHubRepository {
  const {
    deployments = [
      gitHubDeployment(1),
      gitHubDeployment(2, { states: ['success', 'in_progress'] }),
    ],
  } = given;
  const shas = [...new Set(deployments.map(({ sha }) => sha))];
  return {
    id,
    environment: 'production',
    workflow: 'rollback.yml',
    deployments,
    runs: [],
    commits: shas.map((sha, i) =>
      gitHubCommit(sha, { parents: shas.slice(Math.max(0, i - 1), i) }),
    ),
    branches: { main: shas.at(-1) ?? gitHubSha(0) },
    pulls: [],
    ...given,
  };
}
