import type { VendorOptions } from './vendor.js';

/** Where an adapter finds what the team itself runs: several of a kind, each under a name. */
export interface Places extends Omit<VendorOptions, 'baseUrl'> {
  /** An address by the name of its environment variable; undefined where it is not set. */
  readonly address: (variable: string) => string | undefined;
}

/**
 * The environment variable that holds something of a named place: `deploy_bot` has its own, which ends so.
 *
 * Address and secret follow from one name, so that a secret can go to no address but its own.
 *
 * @param name - null is the one place without a name
 */
export function placeVariable(variable: string, name: string | null): string {
  return name === null ? variable : `${variable}_${name.toUpperCase()}`;
}
