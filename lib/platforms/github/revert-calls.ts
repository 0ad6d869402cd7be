import * as z from 'zod';
import { readBounded } from '../read-bounded.js';
import { type Call, exchange, order, parsed, request, requestOrNone } from '../request.js';
import type { Access } from './access.js';
import { Commit, Comparison, Pull, PullInDetail, Ref } from './answers.js';
import type { GitHubTarget } from './calls.js';
import type { CommitCache } from './commit-cache.js';
import { repositoryPath } from './repository-path.js';

/** A commit that is asked for: other files on top of what is there. */
export interface NewCommit {
  readonly message: string;
  readonly tree: string;
  readonly parent: string;
}

/** A pull request that is asked for. */
export interface NewPull {
  readonly title: string;
  readonly body: string;
  /** The branch that is to be merged. */
  readonly head: string;
  /** The branch that it is to be merged into. */
  readonly base: string;
}

/** The calls that reverts in one repository make. All throw as {@link request} does. */
export interface RevertCalls {
  /** The commit that a branch points at; null where there is no such branch. */
  head(branch: string): Promise<string | null>;
  /** Null where the repository has no such commit any more. */
  commit(sha: string): Promise<Commit | null>;
  /**
   * What lies between two commits, `most` of its commits at most (100 are all that GitHub tells); null where GitHub does not say: they have
   * no history in common, or differ by more than can be read.
   */
  compare(base: string, head: string, most: number): Promise<Comparison | null>;
  /** Answers the commit's hash. On no branch yet, it changes nothing that anybody sees. */
  makeCommit(wanted: NewCommit): Promise<string>;
  /** Answers false where GitHub would not, as for a branch that is there already. */
  makeBranch(branch: string, sha: string): Promise<boolean>;
  /** Safe to repeat: a branch that is gone stays so. */
  removeBranch(branch: string): Promise<void>;
  /** The newest pull request of a branch of the repository, in whatever state; undefined where there is none. */
  pullOf(branch: string): Promise<Pull | undefined>;
  pull(number: number): Promise<z.infer<typeof PullInDetail>>;
  /** Null where GitHub would not, as where there is one already. */
  openPull(wanted: NewPull): Promise<Pull | null>;
  closePull(number: number): Promise<void>;
  /** Answers the status: 200 when it is merged, 405 or 409 when GitHub would not. */
  mergePull(
    number: number,
    how: { readonly sha: string; readonly method: 'merge' | 'squash' | 'rebase' },
  ): Promise<number>;
}

const encode = encodeURIComponent;

/** The paths that change something, from the API's address on. */
export const revertPaths = {
  commits: (repository: string) => `${repositoryPath(repository)}/git/commits`,
  refs: (repository: string) => `${repositoryPath(repository)}/git/refs`,
  pulls: (repository: string) => `${repositoryPath(repository)}/pulls`,
} as const;

/** Statuses that say: there is none, or: there would be two. */
const NONE = [404];
const TWICE = [422];
/** Bytes of a comparison that are read, at most: besides the commits it holds what 300 files differ by. */
const COMPARED_BYTES = 4 * 1024 * 1024;
/** Statuses that say: it cannot be merged, or: its branch has moved on. */
const NOT_MERGED = [405, 409];

/** Make the calls for one repository. @param commits - what is known of commits already */
export function revertCalls(
  access: Access,
  target: GitHubTarget,
  commits: CommitCache,
): RevertCalls {
  return { ...gitCalls(access, target, commits), ...pullCalls(access, target) };
}

type GitCall = 'head' | 'commit' | 'compare' | 'makeCommit' | 'makeBranch' | 'removeBranch';

function gitCalls(
  access: Access,
  target: GitHubTarget,
  cache: CommitCache,
): Pick<RevertCalls, GitCall> {
  const { ask, sure, tell } = asking(access, target);
  const { repository, credential } = target;
  const { commits, refs } = revertPaths;
  return {
    head: async (branch) => {
      const path = `${repositoryPath(repository)}/git/ref/${branchRef(branch)}`;
      return (await ask({ method: 'GET', path, answers: NONE }, Ref))?.object.sha ?? null;
    },
    commit: (sha) => {
      const path = `${commits(repository)}/${encode(sha)}`;
      return cache.commit(`${credential} ${path}`, () =>
        ask({ method: 'GET', path, answers: NONE }, Commit),
      );
    },
    compare: (base, head, most) =>
      compare(access, target, { between: `${encode(base)}...${encode(head)}`, most }),
    makeCommit: async ({ message, tree, parent }) => {
      const body = { message, tree, parents: [parent] };
      return (await sure({ method: 'POST', path: commits(repository), body }, Commit)).sha;
    },
    makeBranch: async (branch, sha) => {
      const body = { ref: `refs/heads/${branch}`, sha };
      const status = await tell({ method: 'POST', path: refs(repository), body, answers: TWICE });
      return status === 201;
    },
    removeBranch: async (branch) => {
      const path = `${refs(repository)}/${branchRef(branch)}`;
      await tell({ method: 'DELETE', path, answers: TWICE });
    },
  };
}

function compare(
  access: Access,
  { repository, credential }: GitHubTarget,
  { between, most }: { readonly between: string; readonly most: number },
): Promise<Comparison | null> {
  const call = {
    method: 'GET',
    path: `${repositoryPath(repository)}/compare/${between}`,
    query: { per_page: String(most) },
    answers: NONE,
    credential,
  } as const;
  return access(async (as) => {
    const { status, read } = await exchange(as, call, (one) => readBounded(one, COMPARED_BYTES));
    return read === null || status > 299 ? null : parsed(as, call, read, Comparison);
  });
}

/** A branch within a path: its slashes are encoded, as GitHub's own clients do it. */
const branchRef = (branch: string): string => encode(`heads/${branch}`);

function pullCalls(access: Access, target: GitHubTarget): Omit<RevertCalls, GitCall> {
  const { ask, sure, tell } = asking(access, target);
  const [owner] = target.repository.split('/');
  const path = revertPaths.pulls(target.repository);
  const one = (number: number): string => `${path}/${number}`;
  return {
    pullOf: async (branch) => {
      const query = { head: `${owner}:${branch}`, state: 'all', per_page: '100' };
      const found = await sure({ method: 'GET', path, query }, z.array(Pull));
      return found.toSorted((a, b) => b.number - a.number)[0];
    },
    pull: (number) => sure({ method: 'GET', path: one(number) }, PullInDetail),
    openPull: (wanted) => ask({ method: 'POST', path, body: wanted, answers: TWICE }, Pull),
    closePull: async (number) => {
      await tell({ method: 'PATCH', path: one(number), body: { state: 'closed' } });
    },
    mergePull: (number, { sha, method }) => {
      const body = { sha, merge_method: method };
      return tell({ method: 'PUT', path: `${one(number)}/merge`, body, answers: NOT_MERGED });
    },
  };
}

/** The ways to make a call of one repository. */
function asking(access: Access, { credential }: GitHubTarget) {
  type Unsigned = Omit<Call, 'credential'>;
  return {
    /** Null where one of its `answers` came. */
    ask: async <T>(call: Unsigned, answer: z.ZodType<T>): Promise<T | null> =>
      (await access((as) => requestOrNone(as, { ...call, credential }, answer))).data,
    sure: async <T>(call: Unsigned, answer: z.ZodType<T>): Promise<T> =>
      (await access((as) => request(as, { ...call, credential }, answer))).data,
    tell: (call: Unsigned): Promise<number> => access((as) => order(as, { ...call, credential })),
  };
}
