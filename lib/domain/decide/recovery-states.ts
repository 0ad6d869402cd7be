import type { RecoveryState } from './recovery.js';

/** All states, in the order in which a recovery can reach them. */
export const RECOVERY_STATES = [
  'planned',
  'awaiting_approval',
  'executing',
  'verifying',
  'succeeded',
  'failed',
  'undone',
  'skipped',
  'expired',
] as const satisfies readonly RecoveryState[];

/**
 * Where a recovery may go from each state.
 *
 * Approved, it is `planned` again: back in the outbox, this time with a person's yes. `skipped` is for
 * what was not done: refused, rejected, or no longer needed. Only verification leads to `succeeded`, so
 * nothing counts as healed unproven. An end stays an end; what was done may still be marked as
 * `undone`, once its inverse has been carried out. A repeated claim of a state that is held already is
 * not a change and needs no row here.
 */
const NEXT: Readonly<Record<RecoveryState, readonly RecoveryState[]>> = {
  planned: ['awaiting_approval', 'executing', 'failed', 'skipped', 'expired'],
  awaiting_approval: ['planned', 'failed', 'skipped', 'expired'],
  executing: ['verifying', 'failed', 'skipped', 'expired'],
  verifying: ['succeeded', 'failed'],
  succeeded: ['undone'],
  failed: ['undone'],
  undone: [],
  skipped: [],
  expired: [],
};

const IN_FLIGHT: readonly RecoveryState[] = [
  'planned',
  'awaiting_approval',
  'executing',
  'verifying',
];

/** Whether a recovery may change from one state to another; no state changes to itself. */
export function canGo(from: RecoveryState, to: RecoveryState): boolean {
  return NEXT[from].includes(to);
}

/** Whether a recovery still occupies its component. */
export function isInFlight(state: RecoveryState): boolean {
  return IN_FLIGHT.includes(state);
}

/** Whether a recovery has ended: it will never be in flight again. */
export function isEnd(state: RecoveryState): boolean {
  return !isInFlight(state);
}
