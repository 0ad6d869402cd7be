import { AppError } from '../errors.js';
import { flyCalls } from './fly/calls.js';
import { liveState } from './fly/live-state.js';
import { restart } from './fly/restart.js';
import { rollback } from './fly/rollback.js';
import { scale } from './fly/scale.js';
import type { ActionRequest, Platform } from './platform.js';
import { ROLLBACK_KINDS } from './rollback-kinds.js';
import { type Authorize, openVendor, type VendorOptions } from './vendor.js';
import { vendorPlatform } from './vendor-action.js';

/** How the adapter to Fly.io is built. */
export interface FlyOptions extends VendorOptions {
  /** How long Fly.io may take to show what it has accepted, milliseconds; 15 s by default. */
  readonly settleMs?: number;
}

const SETTLE_MS = 15_000;

/** What Fly.io can do to a process group. */
export const FLY_ACTIONS: Platform['actions'] = ['restart', 'rollback', 'scale'];

/** Tokens are printed with their scheme, which belongs to the header; macaroons have one of their own. */
const authorize: Authorize = (credential) => ({
  authorization: `${credential.startsWith('fm') ? 'FlyV1' : 'Bearer'} ${credential}`,
});

/**
 * Fly.io's Machines API as a {@link Platform}: restart, return to a proven image, to variables, or to both, scale, and
 * what is live.
 *
 * @throws {AppError} `misconfigured` when the address is neither https nor on this machine
 * @see https://fly.io/docs/machines/api/
 */
export function flyPlatform({ settleMs = SETTLE_MS, ...options }: FlyOptions): Platform {
  const credential = (name: string) => options.credential(name)?.replace(/^(FlyV1|Bearer) /, '');
  // Fly.io counts by action and machine.
  const vendor = openVendor('Fly.io', { ...options, credential }, { limitPer: 'path', authorize });
  const platform = vendorPlatform({
    name: 'fly',
    title: 'Fly.io',
    narrows: true,
    baseUrl: vendor.baseUrl,
    can: FLY_ACTIONS,
    actions: { restart, rollback, scale },
    step: (request) => {
      const { app: targetId, process_group: group, credential: variable } = targetOf(request);
      const calls = flyCalls(vendor, targetId, variable);
      const clock = vendor.now;
      return { request, targetId, group, calls, clock, now: vendor.now(), settleMs };
    },
  });
  return {
    ...platform,
    rollbacks: ROLLBACK_KINDS,
    async state(request) {
      const { app, process_group: group, credential: variable } = targetOf(request);
      return liveState(await flyCalls(vendor, app, variable).machines(), group);
    },
  };
}

function targetOf({ target, component }: Pick<ActionRequest, 'target' | 'component'>) {
  if (target.type === 'fly') return target;
  throw new AppError('refused', `${component} does not run on Fly.io`);
}
