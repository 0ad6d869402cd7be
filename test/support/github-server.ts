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

/** GitHub's API on this machine. */
export interface GitHubServer
  extends VendorServer,
    Pick<World, 'state' | 'effects' | 'app' | 'deployed'> {}

const OPERATIONS = vendorOperations('github');

/** Every operation that the adapter can call, with the statuses that GitHub documents for it. */
export const gitHubStatuses: ReadonlyMap<string, readonly number[]> = new Map(
  OPERATIONS.map(({ id, statuses }) => [id, statuses]),
);

/** Start GitHub's API, over repositories that it keeps; its address is for `GITHUB_API_URL`. */
export async function startGitHubServer(options: GitHubServerOptions): Promise<GitHubServer> {
  const { token, repositories, now = () => new Date(), finish = 'at_once' } = options;
  const world = gitHubWorld({ repositories, now, finish });
  const server = await startVendorServer({
    operations: OPERATIONS,
    base: '',
    token,
    accepts: 'application/vnd.github+json',
    headers: { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999' },
    errorBody: (words) => ({ message: `${words}: wrong`, documentation_url: 'https://x.example' }),
    headFault: ({ headers }) => {
      if (headers['x-github-api-version'] !== '2022-11-28') return 'asks for no API version';
      return headers['user-agent'] === undefined ? 'does not say who asks' : null;
    },
    isLetIn: (request) =>
      request.headers.authorization === `Bearer ${token}` || world.app.isLetIn(request),
    perform: world.perform,
  });
  return { ...server, ...world };
}
