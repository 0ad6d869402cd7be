import type { PlatformRef } from '../domain/component.js';
import type { RenderPostgresRef } from '../domain/platform-refs/render-postgres.js';
import { AppError } from '../errors.js';
import type { Platform } from './platform.js';
import { renderPostgresCalls } from './render-postgres/calls.js';
import { failOver } from './render-postgres/fail-over.js';
import { restart } from './render-postgres/restart.js';
import { openVendor, type Vendor, type VendorOptions } from './vendor.js';
import { vendorPlatform } from './vendor-action.js';

/** How the adapter to databases at Render is built. */
export interface RenderPostgresOptions extends VendorOptions {
  /** How long Render may take to begin what it has accepted, milliseconds; 45 s by default. */
  readonly settleMs?: number;
}

/** Of the attempts of one recovery, which are 20 s apart while nobody knows, two are still left then. */
const SETTLE_MS = 45_000;

/** What Render can do to a database. */
export const RENDER_POSTGRES_ACTIONS: Platform['actions'] = ['restart', 'fail_over'];

/**
 * Postgres at Render as a {@link Platform}: restart, and failover where it is highly available.
 *
 * @throws {AppError} `misconfigured` when the address is neither https nor on this machine
 * @see https://api-docs.render.com
 */
export function renderPostgresPlatform({
  settleMs = SETTLE_MS,
  ...options
}: RenderPostgresOptions): Platform {
  const vendor = openVendor('Render', options);
  const platform = vendorPlatform({
    name: 'render_postgres',
    title: 'Render Postgres',
    baseUrl: vendor.baseUrl,
    can: RENDER_POSTGRES_ACTIONS,
    actions: { restart, fail_over: failOver },
    step: (request, signal) => {
      const target = targetOf(request);
      const calls = renderPostgresCalls({ ...vendor, signal }, target);
      const targetId = target.postgres_id;
      return { request, target, targetId, calls, now: vendor.now(), settleMs };
    },
  });
  return {
    ...platform,
    check: (target, component) => checkDatabase(vendor, targetOf({ target, component })),
  };
}

/** @throws {AppError} `invalid` when the database is not there, or is not as highly available as configured */
async function checkDatabase(vendor: Vendor, target: RenderPostgresRef): Promise<void> {
  const { postgres_id: id, high_availability: isWanted } = target;
  const { role, highAvailabilityEnabled } = await found(vendor, target);
  if (!isWanted) return;
  if (role !== 'primary') {
    throw new AppError('invalid', `high_availability: ${id} is a ${role}, and has no standby`);
  }
  if (!highAvailabilityEnabled) {
    throw new AppError('invalid', `high_availability: it is off for ${id} at Render`);
  }
}

async function found(vendor: Vendor, target: RenderPostgresRef) {
  try {
    return await renderPostgresCalls(vendor, target).database();
  } catch (error) {
    const known = error instanceof AppError ? error : null;
    if (known?.code !== 'refused' && known?.code !== 'upstream_refused') throw error;
    throw new AppError('invalid', known.message);
  }
}

function targetOf({
  target,
  component,
}: {
  readonly target: PlatformRef;
  readonly component: string;
}): RenderPostgresRef {
  if (target.type === 'render_postgres') return target;
  throw new AppError('refused', `${component} is no database at Render`);
}
