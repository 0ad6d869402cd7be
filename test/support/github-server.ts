import type { GitHubRepository } from './github/repository.js';
import { gitHubWorld, type World } from './github/world.js';
import { vendorOperations } from './vendor/description.js';
import { startVendorServer, type VendorServer } from './vendor/server.js';

/** What a server is started with. */
export interface GitHubServerOptions {
  /** The only token that is let in, besides those that the app has made for it. */
  readonly token: string;
  readonly repositories: readonly GitHubRepository[];
  /** GitHub's own clock; the real one by default. */
  readonly now?: () => Date;
  /** Whether runs and deployments end at once (default), or by hand. */
  readonly finish?: 'at_once' | 'by_hand';
}

/** The calls that a token has in an hour; a test may change what is left. */
export interface GitHubLimit {
  perHour: number;
  left: number;
  resetAt: Date;
}

/** GitHub's API on this machine. */
export interface GitHubServer
  extends VendorServer,
    Pick<World, 'state' | 'effects' | 'app' | 'deployed'> {
  readonly limit: GitHubLimit;
}

const OPERATIONS = vendorOperations('github');

/** Every operation that the adapter can call, with the statuses that GitHub documents for it. */
export const gitHubStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  OPERATIONS.map(({ id, statuses }) => [id, statuses]),
);

/** Start GitHub's API, over repositories that it keeps; its address is for `GITHUB_API_URL`. */
export async function startGitHubServer(options: GitHubServerOptions): Promise<GitHubServer> {
  const { token, repositories, now = () => new Date(), finish = 'at_once' } = options;
  const world = gitHubWorld({ repositories, now, finish });
  const limit: GitHubLimit = {
    perHour: 5000,
    left: 5000,
    resetAt: new Date(now().getTime() + 3_600_000),
  };
  const server = await startVendorServer({
    operations: OPERATIONS,
    base: '',
    token,
    accepts: 'application/vnd.github+json',
    headers: limitHeaders(limit),
    errorBody: (words) => ({ message: `${words}: wrong`, documentation_url: 'https://x.example' }),
    headFault: ({ headers }) => {
      if (headers['x-github-api-version'] !== '2022-11-28') return 'asks for no API version';
      return headers['user-agent'] === undefined ? 'does not say who asks' : null;
    },
    isLetIn: (request) =>
      request.headers.authorization === `Bearer ${token}` || world.app.isLetIn(request),
    perform(operation, input) {
      if (limit.left === 0) return { status: 403 };
      limit.left -= 1;
      return world.perform(operation, input);
    },
  });
  return { ...server, ...world, limit };
}

/** What every answer tells of the limit, as it is then. */
const limitHeaders = (limit: GitHubLimit): Readonly<Record<string, string>> => ({
  get 'x-ratelimit-limit'() {
    return String(limit.perHour);
  },
  get 'x-ratelimit-remaining'() {
    return String(limit.left);
  },
  get 'x-ratelimit-reset'() {
    return String(Math.ceil(limit.resetAt.getTime() / 1000));
  },
});
