import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** One function: the URL pattern of its file, with `:name` for a dynamic part. */
export interface FoundFunction {
  /** E.g. `/api/ingest`, `/api/webhooks/:source`. */
  readonly route: string;
  /** Path of its file below the root, e.g. `api/webhooks/[source].ts`. */
  readonly entrypoint: string;
}

/** Names that the platform passes over. */
const PASSED_OVER = /^[_.]/;

/**
 * Find the functions below `api/`, as the platform does: every `.ts` file is one, except declarations and
 * what lies in, or is named as, something that begins with `_` or `.`. Static routes come first.
 */
export async function findFunctions(root: string): Promise<FoundFunction[]> {
  const files = await readdir(path.join(root, 'api'), { recursive: true });
  return files
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .filter((file) => !file.split('/').some((part) => PASSED_OVER.test(part)))
    .map((file) => ({ route: routeOf(file), entrypoint: `api/${file}` }))
    .sort((a, b) => Number(a.route.includes(':')) - Number(b.route.includes(':')));
}

function routeOf(file: string): string {
  const stem = file.slice(0, -'.ts'.length).replace(/(^|\/)index$/, '');
  return `/api/${stem.replace(/\[([^\]]+)\]/g, ':$1')}`.replace(/\/$/, '');
}

/** The values of a route's dynamic parts when a path is of its form, or null when it is not. */
export function matchRoute(route: string, pathname: string): Record<string, string> | null {
  const wanted = route.split('/');
  const parts = pathname.replace(/(.)\/$/, '$1').split('/');
  if (wanted.length !== parts.length) return null;
  const values: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const given = parts[i] ?? '';
    if (part.startsWith(':') && given !== '') values[part.slice(1)] = given;
    else if (part !== given) return null;
  }
  return values;
}
