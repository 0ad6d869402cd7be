import type { FoundFunction } from '../functions/find-functions.js';
import { fitsPattern } from '../functions/pattern.js';
import { compileRoutes, resolve } from '../functions/resolve.js';
import type { VercelConfig } from '../functions/vercel-config.js';

/** Functions that a deployment may have on the smallest plan. */
const MAX_FUNCTIONS = 12;

/**
 * What is wrong with a project's routing, before anything is built; empty when nothing is.
 *
 * @throws {Error} when `vercel.json` does not compile
 */
export async function checkProject(
  config: VercelConfig,
  functions: readonly FoundFunction[],
): Promise<string[]> {
  const routes = compileRoutes(config);
  const site = { functions, isFile: async () => false };
  const leads = async (path: string): Promise<boolean> =>
    (await resolve(path, routes, site)).target.kind === 'function';
  const asked = [
    ...config.rewrites.map(({ source }) => ({ what: `the rewrite of ${source}`, path: source })),
    ...config.crons.map(({ path }) => ({ what: 'the cron', path })),
  ].map(({ what, path }) => ({ what, path: path.replace(/:(\w+)\*?/g, 'x') }));
  const led = await Promise.all(asked.map(({ path }) => leads(path)));
  const entrypoints = functions.map(({ entrypoint }) => entrypoint);
  const idle = Object.keys(config.functions).filter(
    (pattern) => !entrypoints.some((entrypoint) => fitsPattern(pattern, entrypoint)),
  );
  return [
    ...(functions.length === 0 ? ['api/ has no function'] : []),
    ...(functions.length > MAX_FUNCTIONS
      ? [`there are ${functions.length} functions, ${MAX_FUNCTIONS} are allowed`]
      : []),
    ...asked
      .filter((_, i) => led[i] === false)
      .map(({ what, path }) => `${what}: ${path} leads to no function`),
    ...idle.map((pattern) => `functions: ${pattern} fits no file`),
  ];
}
