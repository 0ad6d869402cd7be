import { AppError } from '../errors.js';
import type { ActionRequest, Platform } from './platform.js';
import { openVendor, type VendorOptions } from './vendor.js';
import { vendorPlatform } from './vendor-action.js';
import { vercelCalls } from './vercel/calls.js';
import { redeploy } from './vercel/redeploy.js';
import { rollback } from './vercel/rollback.js';

/** How the adapter to Vercel is built. */
export interface VercelOptions extends VendorOptions {
  /** How long Vercel may take to show what it has accepted, milliseconds; 20 s by default. */
  readonly settleMs?: number;
}

const SETTLE_MS = 20_000;

/** What Vercel can do to a project. */
export const VERCEL_ACTIONS: Platform['actions'] = ['restart', 'rollback'];

/**
 * Vercel's REST API as a {@link Platform}: instant rollback, promotion back, and a redeploy for a restart.
 *
 * @throws {AppError} `misconfigured` when the address is neither https nor on this machine
 * @see https://vercel.com/docs/rest-api
 */
export function vercelPlatform({ settleMs = SETTLE_MS, ...options }: VercelOptions): Platform {
  // Each endpoint has a limit of its own: builds that are used up must not hold back a rollback.
  const vendor = openVendor('Vercel', options, { limitPer: 'path' });
  return vendorPlatform({
    name: 'vercel',
    title: 'Vercel',
    baseUrl: vendor.baseUrl,
    can: VERCEL_ACTIONS,
    actions: { restart: redeploy, rollback },
    step: (request) => {
      const target = targetOf(request);
      const { project_id: targetId, plan } = target;
      const calls = vercelCalls(vendor, target);
      return { request, targetId, plan, calls, now: vendor.now(), settleMs };
    },
  });
}

function targetOf({ target, component }: ActionRequest) {
  if (target.type === 'vercel') return target;
  throw new AppError('refused', `${component} does not run on Vercel`);
}
