import * as z from 'zod';

/**
 * What a component runs on or leans on outside, and which part of it where not all matters: `render`,
 * `render/Oregon`, `stripe`. The name is that of a status page the installation follows.
 */
export const ProviderRef = z
  .string()
  .regex(
    /^[a-z][a-z0-9_]{0,31}(\/[^/\s][^/]{0,63})?$/,
    'a provider is named in lower case, with a part of its status page after a slash: render/Oregon',
  );

/** A provider as a component names it, taken apart. */
export interface Leaning {
  readonly provider: string;
  /** The part of the provider's status page that matters; null is the whole page. */
  readonly part: string | null;
  /** Whether the component names it itself; its platform counts by itself. */
  readonly named: boolean;
}

/** Platforms that are parts of a provider with another name than theirs. */
const PARTS_OF: Readonly<Record<string, string>> = { render_postgres: 'render' };

/**
 * Whose a platform is: the name of the provider, by which its status page is followed.
 *
 * The newest `ground_of` in `sql/` says the same in SQL, of components that fail together.
 */
export function providerOfPlatform(platform: string): string {
  return PARTS_OF[platform] ?? platform;
}

/** What a component leans on: its platform, and the providers that it names. */
export function leaningsOf(platform: string, providers: readonly string[]): Leaning[] {
  const named = providers.map((one): Leaning => {
    const slash = one.indexOf('/');
    return slash < 0
      ? { provider: one, part: null, named: true }
      : { provider: one.slice(0, slash), part: one.slice(slash + 1), named: true };
  });
  const own = providerOfPlatform(platform);
  const itself = named.some(({ provider }) => provider === own)
    ? []
    : [{ provider: own, part: null, named: false }];
  return [...itself, ...named];
}
