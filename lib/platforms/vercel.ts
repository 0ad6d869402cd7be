import { AppError } from '../errors.js';
import type { ActionRequest, Platform } from './platform.js';
import { PUT_BACK_KINDS, ROLLBACK_KINDS, rollbackKinds } from './rollback-kinds.js';
import { openVendor, type VendorOptions } from './vendor.js';
import { LOOK_MS, vendorPlatform } from './vendor-action.js';
import { type VercelTarget, vercelCalls } from './vercel/calls.js';
import { configRollback } from './vercel/config-rollback.js';
import type { KnownEdgePaths } from './vercel/edge-paths.js';
import { liveState } from './vercel/live-state.js';
import { readConfig } from './vercel/read-config.js';
import { redeploy } from './vercel/redeploy.js';
import { rollback } from './vercel/rollback.js';
import { stateRollback } from './vercel/state-rollback.js';

/** How the adapter to Vercel is built. */
export interface VercelOptions extends VendorOptions {
  /** How long Vercel may take to show what it has accepted, milliseconds; 20 s by default. */
  readonly settleMs?: number;
  /** How long one step of an action may take, milliseconds; as {@link vendorPlatform} by default. */
  readonly stepMs?: number;
  /**
   * How long a look at what is live, or whether it can be read, may take, all calls together, milliseconds; 10 s by
   * default. Fifty variables that are asked for one by one, five at once, take some 2 s where an answer takes 0.2 s.
   */
  readonly lookMs?: number;
}

const SETTLE_MS = 20_000;

/** What Vercel can do to a project. */
export const VERCEL_ACTIONS: Platform['actions'] = ['restart', 'rollback'];

const rollbacks = rollbackKinds({
  deployment: rollback,
  config: configRollback,
  previous_state: stateRollback,
});

/**
 * Vercel's REST API as a {@link Platform}: instant rollback, promotion back, configurations put back, a redeploy
 * for a restart, and what is live.
 *
 * @throws {AppError} `misconfigured` when the address is neither https nor on this machine
 * @see https://vercel.com/docs/rest-api
 */
export function vercelPlatform({
  settleMs = SETTLE_MS,
  lookMs = LOOK_MS,
  stepMs,
  ...options
}: VercelOptions): Platform {
  // Each endpoint has a limit of its own: builds that are used up must not hold back a rollback.
  const vendor = openVendor('Vercel', options, { limitPer: 'path' });
  const edgePaths: KnownEdgePaths = new Map();
  const callsFor = (target: VercelTarget, signal: AbortSignal) =>
    vercelCalls({ ...vendor, signal }, target, edgePaths);
  const platform = vendorPlatform({
    name: 'vercel',
    title: 'Vercel',
    baseUrl: vendor.baseUrl,
    can: VERCEL_ACTIONS,
    actions: { restart: redeploy, rollback: rollbacks },
    stepMs,
    step: (request, signal) => {
      const target = targetOf(request);
      const { project_id: targetId, plan } = target;
      const calls = callsFor(target, signal);
      return { request, targetId, plan, calls, now: vendor.now(), settleMs };
    },
  });
  return {
    ...platform,
    rollbacks: ROLLBACK_KINDS,
    putsBack: PUT_BACK_KINDS,
    state: async (request, known) => {
      const calls = callsFor(targetOf(request), AbortSignal.timeout(lookMs));
      return liveState(calls, known);
    },
    async checkConfig(request) {
      const target = targetOf(request);
      const { undecrypted } = await readConfig(callsFor(target, AbortSignal.timeout(lookMs)));
      if (undecrypted.length === 0) return;
      const what = `${target.credential} may not decrypt ${undecrypted.join(', ')}`;
      throw new AppError('refused', `${request.component} (${target.project_id}): ${what}`);
    },
  };
}

function targetOf({ target, component }: Pick<ActionRequest, 'target' | 'component'>) {
  if (target.type === 'vercel') return target;
  throw new AppError('refused', `${component} does not run on Vercel`);
}
