import { AppError } from '../../errors.js';
import { inTime } from '../in-time.js';
import type { Vendor } from '../vendor.js';
import { namesApp } from './app-credential.js';
import type { AppTokens } from './app-tokens.js';
import type { Wanted } from './mint-token.js';

/**
 * Make one call as whoever a component names: with a token, or as an app.
 *
 * @param send - makes the call with the vendor that it is given; may be asked twice
 */
export type Access = <T>(send: (vendor: Vendor) => Promise<T>) => Promise<T>;

/**
 * The way to one repository.
 *
 * An app's token that GitHub refuses with 401 (revoked, or expired early) is renewed once, and the call is made
 * once more: a call that was refused has done nothing.
 */
export function gitHubAccess(vendor: Vendor, tokens: AppTokens, wanted: Wanted): Access {
  if (!namesApp(wanted.credential)) return (send) => send(vendor);
  return async (send) => {
    const first = await own(vendor, tokens.token(wanted));
    let refused = false;
    const noting: typeof fetch = async (...asked) => {
      const response = await vendor.fetch(...asked);
      refused = response.status === 401;
      return response;
    };
    const as = ({ token, limits }: typeof first): Vendor => ({
      ...vendor,
      limits,
      credential: () => token,
    });
    try {
      return await send({ ...as(first), fetch: noting });
    } catch (error) {
      if (!refused) throw error;
      return send(as(await own(vendor, tokens.renewed(wanted, first.token))));
    }
  };
}

/** A token is made for whoever waits for it, so that nobody's time ends that: who has none left goes without. */
const own = <T>({ signal }: Vendor, token: Promise<T>): Promise<T> =>
  inTime(signal, token, () => {
    return new AppError('upstream_unavailable', 'GitHub made no token in the time that is left');
  });
