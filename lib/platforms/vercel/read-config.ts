import { AppError } from '../../errors.js';
import type { Variables } from '../platform.js';
import type { EdgeItem, EnvVar } from './answers.js';
import type { VercelCalls } from './calls.js';
import { edgeSettings, envText, isProduction } from './settings.js';

/** Variables that are asked for one by one, at most: each is a call. */
const SINGLE = 50;

/** Those that are asked for at once. */
const AT_ONCE = 5;

/** What Vercel tells of a project's configuration. */
export interface VercelConfig {
  readonly settings: Variables;
  /** All variables of the project as they are listed, those of other environments among them. */
  readonly listed: readonly EnvVar[];
  /** Names of encrypted variables that the token may not decrypt. */
  readonly undecrypted: readonly string[];
  /** The items of the Edge Config: how many, and when one was last changed; null where the component names none. */
  readonly edge: { readonly items: number; readonly changedAt: Date } | null;
}

/**
 * Read production's environment variables and the items of the Edge Config.
 *
 * A list does not decrypt for every token: what it leaves encrypted is asked for by itself. What is of type
 * `sensitive` is told to nobody, and what an integration sets is its own to rotate: of both it is known only
 * which they are, and when they were changed.
 *
 * @param items - the items of the Edge Config, where they were read already
 */
export async function readConfig(
  calls: VercelCalls,
  items?: readonly EdgeItem[] | null,
): Promise<VercelConfig> {
  const listed = await calls.envVars();
  const envs = listed.filter(isProduction);
  const values = await valuesOf(calls, envs);
  const texts = envs.map((env): [string, string] => [
    env.key,
    envText(env, values.get(env.id) ?? null),
  ]);
  const edgeItems = items === undefined ? await calls.edgeItems() : items;
  return {
    settings: { ...Object.fromEntries(texts), ...edgeSettings(edgeItems ?? []) },
    listed,
    undecrypted: envs
      .filter((env) => sourceOf(env) === 'single' && !values.has(env.id))
      .map(({ key }) => key),
    edge: edgeOf(edgeItems),
  };
}

/** What is told of the items of an Edge Config. */
export function edgeOf(items: readonly EdgeItem[] | null): VercelConfig['edge'] {
  if (items === null) return null;
  const changes = items.map(({ updatedAt }) => updatedAt.getTime());
  return { items: items.length, changedAt: new Date(Math.max(0, ...changes)) };
}

/** How a variable's value is learned: it is listed, it is asked for by itself, or it is told to nobody. */
function sourceOf({ type, configurationId, decrypted }: EnvVar): 'listed' | 'single' | 'none' {
  if ((configurationId ?? null) !== null) return 'none';
  if (type === 'plain' || type === 'system') return 'listed';
  if (type !== 'encrypted') return 'none';
  return decrypted ? 'listed' : 'single';
}

/** Values by the ids of their variables; without those that are not told. */
export async function valuesOf(
  calls: VercelCalls,
  envs: readonly EnvVar[],
): Promise<ReadonlyMap<string, string>> {
  const listed = envs.filter((env) => sourceOf(env) === 'listed');
  const single = envs.filter((env) => sourceOf(env) === 'single');
  if (single.length > SINGLE) {
    throw new AppError('upstream_refused', `Vercel lists more than ${SINGLE} encrypted variables`);
  }
  const values = new Map(listed.map(({ id, value }) => [id, value]));
  for (let from = 0; from < single.length; from += AT_ONCE) {
    const some = single.slice(from, from + AT_ONCE);
    const told = await Promise.all(some.map(({ id }) => calls.envVar(id)));
    for (const [i, { decrypted, value }] of told.entries()) {
      const id = some[i]?.id;
      if (id !== undefined && decrypted && value !== undefined) values.set(id, value);
    }
  }
  return values;
}
