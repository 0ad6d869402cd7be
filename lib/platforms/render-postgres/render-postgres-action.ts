import type { RenderPostgresRef } from '../../domain/platform-refs/render-postgres.js';
import { refuse, type VendorAction, type VendorStep } from '../vendor-action.js';
import type { Database } from './answers.js';
import type { RenderPostgresCalls } from './calls.js';

/** What one step of an action on a database at Render works with. */
export interface RenderPostgresStep extends VendorStep {
  readonly target: RenderPostgresRef;
  readonly calls: RenderPostgresCalls;
}

/** One action on a database at Render. */
export type RenderPostgresAction = VendorAction<RenderPostgresStep>;

/** Statuses in which nothing else is at work. */
const AT_REST: ReadonlySet<string> = new Set(['available', 'unavailable', 'unknown']);

/** @throws {AppError} `refused` while the database is suspended, or Render itself is at work on it */
export function requireAtRest(
  step: RenderPostgresStep,
  { status, suspended, suspenders, maintenance }: Database,
): void {
  if (suspended !== 'not_suspended') {
    const by = suspenders.length === 0 ? '' : ` by ${suspenders.join(', ')}`;
    refuse(step, `the database is suspended${by}: resume it first`);
  }
  if (!AT_REST.has(status)) {
    refuse(step, `the database is ${status.replaceAll('_', ' ')}: something else is at work on it`);
  }
  if (maintenance?.state === 'in_progress') {
    refuse(step, 'its maintenance is in progress: something else is at work on it');
  }
}
