import type { Outcome, VendorInput } from '../vendor/server.js';
import { type GitHubPull, type GitHubRepository, gitHubSha } from './repository.js';

/** What an operation does to one repository. */
export type Act = (repository: GitHubRepository, input: VendorInput) => Outcome;

const URL_OF = 'https://api.github.example';
const branchOf = (ref: string | undefined): string => (ref ?? '').replace(/^heads\//, '');
const ok = (body: unknown, status = 200): Outcome => ({ status, body });

/**
 * Merge a pull request as a person would: a commit of the head's files ends its base.
 *
 * @param at - by GitHub's own clock
 */
export function mergeInto(repository: GitHubRepository, pull: GitHubPull, at: Date): string {
  const { commits, branches } = repository;
  const sha = gitHubSha(0xe0000 + commits.length);
  const tree = commits.find((one) => one.sha === pull.head_sha)?.tree ?? 'tree-unknown';
  const parents = [branches[pull.base] ?? '', pull.head_sha];
  commits.push({ sha, tree, parents, message: `Merge pull request #${pull.number}` });
  branches[pull.base] = sha;
  Object.assign(pull, { state: 'closed', merged_at: at.toISOString(), merge_commit_sha: sha });
  return sha;
}

/** Git data and pull requests. @param merged - told of what was merged through the API */
export function gitActs(
  now: () => Date,
  merged: (repository: GitHubRepository, sha: string) => void,
): Readonly<Record<string, Act>> {
  const find = ({ pulls }: GitHubRepository, { params }: VendorInput) =>
    pulls.find(({ number }) => number === Number(params['pull_number']));
  return {
    'git/get-ref': ({ branches }, { params }) => {
      const branch = branchOf(params['ref']);
      const sha = branches[branch];
      return sha === undefined ? { status: 404 } : ok(refView(branch, sha));
    },
    'git/create-ref': ({ branches, commits }, { body }) => {
      const { ref, sha } = body as { ref: string; sha: string };
      const branch = ref.replace(/^refs\/heads\//, '');
      if (branch in branches || !commits.some((one) => one.sha === sha)) return { status: 422 };
      branches[branch] = sha;
      return ok(refView(branch, sha), 201);
    },
    'git/delete-ref': ({ branches }, { params }) => {
      const branch = branchOf(params['ref']);
      if (!(branch in branches)) return { status: 422 };
      delete branches[branch];
      return { status: 204 };
    },
    'git/get-commit': ({ commits }, { params }) => {
      const found = commits.find(({ sha }) => sha === params['commit_sha']);
      return found === undefined ? { status: 404 } : ok(commitView(found));
    },
    'repos/compare-commits-with-basehead': compare,
    'git/create-commit': ({ commits }, { body }) => {
      const { message, tree, parents } = body as {
        message: string;
        tree: string;
        parents: string[];
      };
      const known = parents.every((parent) => commits.some(({ sha }) => sha === parent));
      if (!known || !commits.some((one) => one.tree === tree)) return { status: 422 };
      const made = { sha: gitHubSha(0xc0000 + commits.length), tree, parents, message };
      commits.push(made);
      return ok(commitView(made), 201);
    },
    'pulls/list': ({ pulls }, { query }) =>
      ok(
        pulls
          .filter(({ head }) => query['head']?.split(':')[1] === head)
          .filter(({ state }) => query['state'] === 'all' || state === 'open')
          .map(pullView),
      ),
    'pulls/create': ({ pulls, branches }, { body }) => {
      const wanted = body as { title: string; body: string; head: string; base: string };
      const headSha = branches[wanted.head];
      const isThere = pulls.some(({ head, state }) => head === wanted.head && state === 'open');
      if (headSha === undefined || !(wanted.base in branches) || isThere) return { status: 422 };
      const made: GitHubPull = {
        ...wanted,
        number: 10 + pulls.length,
        created_at: now().toISOString(),
        head_sha: headSha,
        state: 'open',
        merged_at: null,
        merge_commit_sha: null,
        mergeable_state: 'clean',
      };
      pulls.push(made);
      return ok(pullView(made), 201);
    },
    'pulls/get': (repository, input) => {
      const pull = find(repository, input);
      return pull === undefined ? { status: 404 } : ok(pullView(pull));
    },
    'pulls/update': (repository, input) => {
      const pull = find(repository, input);
      if (pull === undefined || pull.state === 'closed') return { status: 422 };
      pull.state = (input.body as { state: 'closed' }).state;
      return ok(pullView(pull));
    },
    'pulls/merge': (repository, input) => {
      const pull = find(repository, input);
      if (pull === undefined) return { status: 404 };
      if (pull.state !== 'open' || pull.mergeable_state !== 'clean') return { status: 405 };
      if ((input.body as { sha: string }).sha !== pull.head_sha) return { status: 409 };
      const sha = mergeInto(repository, pull, now());
      merged(repository, sha);
      return ok({ sha, merged: true, message: 'merged' });
    },
  };
}

/** What the second of two commits has and the first has not, oldest first. */
const compare: Act = ({ commits }, { params, query }) => {
  const [base = '', head = ''] = (params['basehead'] ?? '').split('...');
  const [ofBase, ofHead] = [historyOf(commits, base), historyOf(commits, head)];
  if ([...ofBase].every((sha) => !ofHead.has(sha))) return { status: 404 };
  const ahead = commits.filter(({ sha }) => ofHead.has(sha) && !ofBase.has(sha));
  const behindBy = [...ofBase].filter((sha) => !ofHead.has(sha)).length;
  const one = behindBy === 0 ? 'ahead' : 'diverged';
  return ok({
    html_url: `${URL_OF}/compare/${base}...${head}`,
    status: ahead.length > 0 ? one : behindBy === 0 ? 'identical' : 'behind',
    ahead_by: ahead.length,
    behind_by: behindBy,
    total_commits: ahead.length,
    commits: ahead.slice(0, Number(query['per_page'] ?? 30)).map(({ sha, message, parents }) => ({
      sha,
      html_url: `${URL_OF}/commit/${sha}`,
      commit: { message },
      parents: parents.map((parent) => ({ sha: parent, url: `${URL_OF}/git/commits/${parent}` })),
    })),
  });
};

/** A commit and all that it builds upon. */
function historyOf(commits: GitHubRepository['commits'], sha: string): Set<string> {
  const found = commits.find((one) => one.sha === sha);
  const before = found?.parents.map((parent) => historyOf(commits, parent)) ?? [];
  return new Set(found === undefined ? [] : [sha, ...before.flatMap((one) => [...one])]);
}

function refView(branch: string, sha: string): object {
  const url = `${URL_OF}/git/refs/heads/${branch}`;
  return { ref: `refs/heads/${branch}`, url, object: { type: 'commit', sha, url } };
}

function commitView({ sha, tree, parents, message }: GitHubRepository['commits'][number]): object {
  const url = (kind: string, one: string): string => `${URL_OF}/git/${kind}/${one}`;
  return {
    sha,
    url: url('commits', sha),
    message,
    tree: { sha: tree, url: url('trees', tree) },
    parents: parents.map((parent) => ({ sha: parent, url: url('commits', parent) })),
  };
}

function pullView({ head, head_sha, base, body: _, ...pull }: GitHubPull): object {
  return {
    ...pull,
    html_url: `https://github.example/pull/${pull.number}`,
    head: { ref: head, sha: head_sha },
    base: { ref: base },
  };
}
