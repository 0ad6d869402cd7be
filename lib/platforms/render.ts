import { AppError } from '../errors.js';
import type { ActionRequest, Platform } from './platform.js';
import { renderCalls } from './render/calls.js';
import type { RenderAction, RenderStep } from './render/render-action.js';
import { restart } from './render/restart.js';
import { rollback } from './render/rollback.js';
import { openVendor, type VendorOptions } from './vendor.js';

/** How the adapter to Render is built. */
export interface RenderOptions extends VendorOptions {
  /** How long Render may take to show a restart that it has accepted, milliseconds; 20 s by default. */
  readonly settleMs?: number;
}

const SETTLE_MS = 20_000;

/** What Render can do to a service. */
export const RENDER_ACTIONS: Platform['actions'] = ['restart', 'rollback'];

const ACTIONS: Readonly<Partial<Record<string, RenderAction>>> = { restart, rollback };

/**
 * Render's REST API as a {@link Platform}: restart, and rollback of a deployment.
 *
 * @throws {AppError} `misconfigured` when the address is neither https nor on this machine
 * @see https://api-docs.render.com
 */
export function renderPlatform({ settleMs = SETTLE_MS, ...options }: RenderOptions): Platform {
  const vendor = openVendor('Render', options);
  const step = (request: ActionRequest): RenderStep => {
    const target = targetOf(request);
    return {
      request,
      serviceId: target.service_id,
      calls: renderCalls(vendor, target),
      now: vendor.now(),
      settleMs,
    };
  };
  return {
    name: 'render',
    actions: RENDER_ACTIONS,
    describe: (request) =>
      actionOf(request)
        .describe(targetOf(request).service_id)
        .map((call) => call.replace(' ', () => ` ${vendor.baseUrl}`)),
    prepare: async (request) => actionOf(request).prepare(step(request)),
    act: async (request, prepared) => actionOf(request).act(step(request), prepared),
    look: async (request, prepared, since, calledAt = since) =>
      actionOf(request).look(step(request), prepared, { since, calledAt }),
    report: async (request, prepared, since) =>
      actionOf(request).report(step(request), prepared, since),
  };
}

function actionOf({ action, component }: ActionRequest): RenderAction {
  const found = ACTIONS[action.name];
  if (found !== undefined) return found;
  throw new AppError('refused', `${component}: Render cannot ${action.name} it`);
}

function targetOf({ target, component }: ActionRequest) {
  if (target.type === 'render') return target;
  throw new AppError('refused', `${component} does not run on Render`);
}
