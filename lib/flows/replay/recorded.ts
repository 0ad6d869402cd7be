import type { StoredRecovery } from '../../store/recoveries.js';
import type { Claim } from '../decision.js';
import type { World } from './world.js';

/**
 * Let in what really happened by now: what people asked for, and what was decided before this instant and
 * not by the replay. What was decided at this very instant is still to be decided here.
 */
export function admit(world: World, now: Date): void {
  const isPast = ({ createdAt, origin }: StoredRecovery): boolean =>
    origin === 'automatic' ? createdAt < now : createdAt <= now;
  const begun = world.recorded.filter(isPast);
  if (begun.length === 0) return;
  world.recorded = world.recorded.filter((one) => !isPast(one));
  world.recoveries = [...world.recoveries, ...begun.map((one) => ofIncident(world, one))];
}

/** It belongs to the incident that the replay has opened in its place, where there is one. */
function ofIncident(world: World, recovery: StoredRecovery): StoredRecovery {
  if (recovery.incidentId === null) return recovery;
  return { ...recovery, incidentId: world.incidents.get(recovery.componentId)?.id ?? null };
}

/**
 * Take what really came of a decision, where just that was decided then; null where it was not.
 *
 * @param everyMs - how much later than the tick it may have been written
 */
export function takeRecorded(
  world: World,
  { incident, step, action }: Claim,
  now: Date,
  everyMs: number,
): StoredRecovery | null {
  const found = world.recorded.find(
    (one) =>
      one.componentId === incident.componentId &&
      one.origin === 'automatic' &&
      one.step === step &&
      one.action.name === action.name &&
      one.createdAt.getTime() - now.getTime() < everyMs,
  );
  if (found === undefined) return null;
  world.recorded = world.recorded.filter((one) => one !== found);
  return { ...found, incidentId: incident.id };
}

/** The ends since the last tick of what had failed: the plan goes on at once, not with the next tick. */
export function failedEnds(world: World, now: Date): { endedAt: Date; componentId: number }[] {
  return [...world.recoveries, ...world.recorded]
    .flatMap(({ state, endedAt, componentId }) =>
      (state === 'failed' || state === 'undone') && endedAt !== null && endedAt <= now
        ? { endedAt, componentId }
        : [],
    )
    .filter(({ endedAt }) => world.at === null || endedAt > world.at)
    .sort((a, b) => a.endedAt.getTime() - b.endedAt.getTime());
}
