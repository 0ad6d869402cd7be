import { actionText } from '../../domain/decide/action-text.js';
import type { StoredRecovery } from '../../store/recoveries.js';
import type { Deed } from './deed.js';
import { recoveryAsOf } from './recovery-as-of.js';
import type { World } from './world.js';

/** End the approvals whose time is up: nobody says yes in a replay, and the safe default is to do nothing. */
export function expireApprovals(world: World, now: Date): Deed[] {
  const late = world.recoveries.filter(
    (one) =>
      recoveryAsOf(one, now).state === 'awaiting_approval' &&
      one.approveBy !== null &&
      one.approveBy <= now &&
      one.endedAt === null,
  );
  if (late.length === 0) return [];
  world.recoveries = world.recoveries.map((one) =>
    late.includes(one) ? { ...one, state: 'expired', endedAt: now } : one,
  );
  return late.map((one) => tell(world, one, now));
}

function tell(
  world: World,
  { componentId, incidentId, action, component }: StoredRecovery,
  at: Date,
): Deed {
  const open = world.incidents.get(componentId);
  if (open !== undefined && open.id === incidentId) {
    world.incidents.set(componentId, { ...open, needsPerson: true });
  }
  return {
    componentId,
    at,
    kind: 'expired',
    action,
    why: `nobody approved in time: ${actionText(action, component)}`,
    guards: [],
    pages: true,
    isNews: true,
  };
}
