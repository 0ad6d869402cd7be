import { getTransformedRoutes, type Route } from '@vercel/routing-utils';
import { type FoundFunction, matchRoute } from './find-functions.js';

/** The part of `vercel.json` that routing needs. */
export interface VercelConfig {
  readonly functions?: Readonly<Record<string, { readonly maxDuration?: number }>>;
  readonly rewrites?: readonly { readonly source: string; readonly destination: string }[];
  readonly headers?: readonly unknown[];
  readonly crons?: readonly { readonly path: string; readonly schedule: string }[];
}

/** Where a request goes. */
export type Target =
  | { readonly kind: 'function'; readonly found: FoundFunction; readonly query: Query }
  | { readonly kind: 'file'; readonly pathname: string }
  | { readonly kind: 'none' };

type Query = readonly (readonly [string, string])[];

/** A request, routed: where it goes, and the headers that its answer gets. */
export interface Routed {
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Compile `vercel.json` with the platform's own compiler.
 *
 * @throws {Error} naming what is wrong with it
 */
export function compileRoutes(config: VercelConfig): Route[] {
  const { routes, error } = getTransformedRoutes(
    config as Parameters<typeof getTransformedRoutes>[0],
  );
  if (error) throw new Error(`vercel.json: ${error.message}`);
  return routes ?? [];
}

/**
 * Route one request in the platform's order: headers, then functions and files, then rewrites.
 *
 * A rewrite adds its parameters to the query, and the function still sees the path that was asked for.
 *
 * @param isFile - whether `public/` has a file for a path
 */
export async function resolve(
  pathname: string,
  routes: readonly Route[],
  functions: readonly FoundFunction[],
  isFile: (pathname: string) => Promise<boolean>,
): Promise<Routed> {
  const headers: Record<string, string> = {};
  const find = (at: string, query: Query) => findTarget(at, query, functions, isFile);
  for (const route of routes) {
    const step = stepOf(route, pathname, headers);
    if (step === null) continue;
    const target = await find(step.pathname, step.query);
    if (target.kind !== 'none') return { target, headers };
  }
  return { target: await find(pathname, []), headers };
}

/** Where one compiled route leads, or null when it leads nowhere; its headers are noted on the way. */
function stepOf(
  route: Route,
  pathname: string,
  headers: Record<string, string>,
): { pathname: string; query: Query } | null {
  if ('handle' in route) return route.handle === 'filesystem' ? { pathname, query: [] } : null;
  const match = route.src === undefined ? null : new RegExp(route.src).exec(pathname);
  if (match === null) return null;
  Object.assign(headers, route.headers);
  if (route.dest === undefined || route.continue) return null;
  const to = new URL(filled(route.dest, match), 'http://local');
  return { pathname: to.pathname, query: [...to.searchParams] };
}

const NOWHERE: Target = { kind: 'none' };

const filled = (text: string, match: RegExpExecArray): string =>
  text.replace(/\$(\d+)/g, (_, i) => encodeURIComponent(match[Number(i)] ?? ''));

async function findTarget(
  pathname: string,
  query: Query,
  functions: readonly FoundFunction[],
  isFile: (pathname: string) => Promise<boolean>,
): Promise<Target> {
  for (const found of functions) {
    const values = matchRoute(found.route, pathname);
    if (values !== null) {
      return { kind: 'function', found, query: [...query, ...Object.entries(values)] };
    }
  }
  return (await isFile(pathname)) ? { kind: 'file', pathname } : NOWHERE;
}
