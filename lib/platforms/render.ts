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
import { LOOK_MS, STEP_MS, vendorPlatform } from './vendor-action.js';

/** How the adapter to Render is built. */
export interface RenderOptions extends VendorOptions {
  /** How long Render may take to show a restart that it has accepted, milliseconds; 20 s by default. */
  readonly settleMs?: number;
  /** How long one step of an action may take, milliseconds; as {@link vendorPlatform} by default. */
  readonly stepMs?: number;
  /** How long a look at what is live may take, all calls together, milliseconds; 10 s by default. */
  readonly lookMs?: number;
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
export function renderPlatform({
  settleMs = SETTLE_MS,
  stepMs = STEP_MS,
  lookMs = LOOK_MS,
  ...options
}: RenderOptions): Platform {
  const vendor = openVendor('Render', options);
  const callsFor = (request: Pick<ActionRequest, 'target' | 'component'>, signal: AbortSignal) =>
    renderCalls({ ...vendor, signal }, targetOf(request));
  const step = (request: ActionRequest, signal: AbortSignal) => {
    const target = targetOf(request);
    const calls = callsFor(request, signal);
    return { request, targetId: target.service_id, calls, now: vendor.now(), settleMs };
  };
  const platform = vendorPlatform({
    name: 'render',
    title: 'Render',
    baseUrl: vendor.baseUrl,
    can: RENDER_ACTIONS,
    actions: { restart, rollback: rollbacks, scale },
    stepMs,
    step,
  });
  return {
    ...platform,
    rollbacks: ROLLBACK_KINDS,
    putsBack: PUT_BACK_KINDS,
    handBack: (request, prepared) => handBack(step(request, AbortSignal.timeout(stepMs)), prepared),
    state: (request, known) => liveState(callsFor(request, AbortSignal.timeout(lookMs)), known),
    async checkConfig(request) {
      await callsFor(request, AbortSignal.timeout(lookMs)).envVars();
    },
  };
}

function targetOf({ target, component }: Pick<ActionRequest, 'target' | 'component'>) {
  if (target.type === 'render') return target;
  throw new AppError('refused', `${component} does not run on Render`);
}
