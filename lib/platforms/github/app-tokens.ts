import { MINUTE } from '../../domain/time.js';
import { type RateLimits, rateLimits } from '../rate-limits.js';
import type { Vendor } from '../vendor.js';
import { type Minted, mintToken, type Wanted } from './mint-token.js';

/** A token of an app, and the limits of its installation, which GitHub counts by themselves. */
export interface AppToken extends Pick<Minted, 'token'> {
  readonly limits: RateLimits;
}

/** Tokens of GitHub Apps, kept in memory and nowhere else. */
export interface AppTokens {
  /** One that is good for some minutes yet. */
  token(wanted: Wanted): Promise<AppToken>;
  /** Another one than what was refused. */
  renewed(wanted: Wanted, refused: string): Promise<AppToken>;
}

/** What is left of a token's hour when it is replaced: more than any attempt takes. */
const LEFT_MS = 5 * MINUTE;

/**
 * Keep the tokens of one instance of the functions. However many ask at once, one is made; what could not be
 * made is not kept.
 */
export function appTokens(vendor: Vendor): AppTokens {
  const kept = new Map<string, Promise<Minted>>();
  const limits = new Map<string, RateLimits>();
  const make = (key: string, wanted: Wanted): Promise<Minted> => {
    const made = mintToken(vendor, wanted);
    kept.set(key, made);
    made.catch(() => {
      if (kept.get(key) === made) kept.delete(key);
    });
    return made;
  };
  const good = async (wanted: Wanted, isGood: (held: Minted) => boolean): Promise<Minted> => {
    const key = JSON.stringify(wanted);
    const held = kept.get(key);
    if (held === undefined) return make(key, wanted);
    const known = await held;
    if (isGood(known)) return known;
    // Whoever comes first replaces it, the others wait for the same.
    return kept.get(key) === held ? make(key, wanted) : good(wanted, isGood);
  };
  const withLimits = ({ token, installationId }: Minted): AppToken => {
    const own = limits.get(installationId) ?? rateLimits(vendor.now);
    limits.set(installationId, own);
    return { token, limits: own };
  };
  return {
    token: async (wanted) => withLimits(await good(wanted, isFresh(vendor))),
    renewed: async (wanted, refused) =>
      withLimits(await good(wanted, ({ token }) => token !== refused)),
  };
}

const isFresh =
  ({ now }: Vendor) =>
  ({ expiresAt }: Minted): boolean =>
    expiresAt.getTime() - now().getTime() > LEFT_MS;
