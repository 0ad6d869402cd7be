import { AppError } from '../errors.js';
import type { ActionRequest, Platform } from './platform.js';
import { renderCalls } from './render/calls.js';
import { configRollback } from './render/config-rollback.js';
import { handBack } from './render/hand-back.js';
import { liveState } from './render/live-state.js';
import { restart } from './render/restart.js';
import { rollback } from './render/rollback.js';
import { scale } from './render/scale.js';
import { stateRollback } from './render/state-rollback.js';
import { PUT_BACK_KINDS, ROLLBACK_KINDS, rollbackKinds } from './rollback-kinds.js';
import { openVendor, type VendorOptions } from './vendor.js';
import { vendorPlatform } from './vendor-action.js';

/** How the adapter to Render is built. */
export interface RenderOptions extends VendorOptions {
  /** How long Render may take to show a restart that it has accepted, milliseconds; 20 s by default. */
  readonly settleMs?: number;
}

const SETTLE_MS = 20_000;

/** What Render can do to a service. */
export const RENDER_ACTIONS: Platform['actions'] = ['restart', 'rollback', 'scale'];

const rollbacks = rollbackKinds({
  deployment: rollback,
  config: configRollback,
  previous_state: stateRollback,
});

/**
 * Render's REST API as a {@link Platform}: restart, rollback, scaling, and what is live.
 *
 * @throws {AppError} `misconfigured` when the address is neither https nor on this machine
 * @see https://api-docs.render.com
 */
export function renderPlatform({ settleMs = SETTLE_MS, ...options }: RenderOptions): Platform {
  const vendor = openVendor('Render', options);
  const step = (request: ActionRequest) => {
    const target = targetOf(request);
    const calls = renderCalls(vendor, target);
    return { request, targetId: target.service_id, calls, now: vendor.now(), settleMs };
  };
  const platform = vendorPlatform({
    name: 'render',
    title: 'Render',
    baseUrl: vendor.baseUrl,
    can: RENDER_ACTIONS,
    actions: { restart, rollback: rollbacks, scale },
    step,
  });
  return {
    ...platform,
    rollbacks: ROLLBACK_KINDS,
    putsBack: PUT_BACK_KINDS,
    handBack: (request, prepared) => handBack(step(request), prepared),
    state: (request, known) => liveState(renderCalls(vendor, targetOf(request)), known),
    async checkConfig(request) {
      await renderCalls(vendor, targetOf(request)).envVars();
    },
  };
}

function targetOf({ target, component }: Pick<ActionRequest, 'target' | 'component'>) {
  if (target.type === 'render') return target;
  throw new AppError('refused', `${component} does not run on Render`);
}
