import { getTransformedRoutes, type Route } from '@vercel/routing-utils';
import { type FoundFunction, matchRoute } from './find-functions.js';
import type { VercelConfig } from './vercel-config.js';

type Query = readonly (readonly [string, string])[];

/** Where a request goes. */
export type Target =
  | { readonly kind: 'function'; readonly found: FoundFunction; readonly query: Query }
  | { readonly kind: 'file'; readonly pathname: string }
  /** Answered by the platform itself: a redirect. */
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'none' };

/** A request, routed: where it goes, and the headers that its answer gets. */
export interface Routed {
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
}

/** What can be asked for. */
export interface Site {
  readonly functions: readonly FoundFunction[];
  /** Whether `public/` has a file for a path. */
  isFile(pathname: string): Promise<boolean>;
}

/** What a route may say that is carried out here. */
const KNOWN = new Set(['src', 'dest', 'headers', 'continue', 'status', 'check', 'caseSensitive']);

/**
 * Compile `vercel.json` with the platform's own compiler.
 *
 * @throws {Error} naming what is wrong with it, or what is not carried out here
 */
export function compileRoutes(config: VercelConfig): Route[] {
  const { rewrites, redirects, headers, cleanUrls, trailingSlash } = config;
  const { routes, error } = getTransformedRoutes({
    rewrites,
    redirects,
    headers,
    ...(cleanUrls === undefined ? {} : { cleanUrls }),
    ...(trailingSlash === undefined ? {} : { trailingSlash }),
  });
  if (error) throw new Error(`vercel.json: ${error.message}`);
  for (const route of routes ?? []) {
    const unknown = 'handle' in route ? [] : Object.keys(route).filter((key) => !KNOWN.has(key));
    if (unknown.length > 0) throw new Error(`vercel.json: ${unknown[0]} is not known here`);
  }
  return routes ?? [];
}

/**
 * Route one request in the platform's order: redirects and headers, then functions and files, then rewrites.
 *
 * A rewrite adds its parameters to the query, and the function still sees the path that was asked for.
 *
 * @param pathname - as it was asked for, still encoded
 */
export async function resolve(
  pathname: string,
  routes: readonly Route[],
  site: Site,
): Promise<Routed> {
  const headers: Record<string, string> = {};
  for (const route of routes) {
    const step = stepOf(route, pathname, headers);
    if (step === null) continue;
    if ('status' in step) return { target: { kind: 'status', status: step.status }, headers };
    const target = await findTarget(step.pathname, step.query, site);
    if (target.kind !== 'none') return { target, headers };
  }
  return { target: await findTarget(pathname, [], site), headers };
}

type Step = { readonly pathname: string; readonly query: Query } | { readonly status: number };

/** Where one compiled route leads, or null when it leads nowhere; its headers are noted on the way. */
function stepOf(route: Route, pathname: string, headers: Record<string, string>): Step | null {
  if ('handle' in route) return route.handle === 'filesystem' ? { pathname, query: [] } : null;
  const match = new RegExp(route.src, route.caseSensitive ? '' : 'i').exec(pathname);
  if (match === null) return null;
  const noted = Object.entries(route.headers ?? {});
  Object.assign(
    headers,
    Object.fromEntries(noted.map(([key, text]) => [key, filled(text, match)])),
  );
  if (route.continue) return null;
  if (route.dest === undefined) return route.status === undefined ? null : { status: route.status };
  const to = new URL(filled(route.dest, match), 'http://local');
  return { pathname: to.pathname, query: [...to.searchParams] };
}

/** Put what a pattern caught into a destination, each part encoded so that it stays one part. */
function filled(text: string, match: RegExpExecArray): string {
  return text.replace(/\$(\d+)/g, (_, i) => {
    const parts = (match[Number(i)] ?? '').split('/');
    return parts.map((part) => encodeURIComponent(decoded(part))).join('/');
  });
}

/** A part that is encoded wrongly stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function findTarget(pathname: string, query: Query, site: Site): Promise<Target> {
  for (const found of site.functions) {
    const values = matchRoute(found.route, pathname);
    if (values === null) continue;
    const added = Object.entries(values).map(([name, value]) => [name, decoded(value)] as const);
    return { kind: 'function', found, query: [...query, ...added] };
  }
  return (await site.isFile(pathname)) ? { kind: 'file', pathname } : { kind: 'none' };
}
