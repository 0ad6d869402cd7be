import type { Settings } from '../../domain/settings.js';
import { SECOND } from '../../domain/time.js';
import type { Deployment } from '../../store/deployments.js';

/** The newest deployment that had gone live by then, and not too long ago. */
export function blamable(
  deployments: readonly Deployment[],
  { deploymentBlameS, deploymentFreezeS }: Settings,
  now: Date,
): Deployment | null {
  const since = now.getTime() - (deploymentBlameS + deploymentFreezeS) * SECOND;
  const isLive = ({ phase, endedAt, startedAt }: Deployment): boolean => {
    const liveAt = (endedAt ?? startedAt).getTime();
    return phase === 'finished' && liveAt <= now.getTime() && liveAt > since;
  };
  return deployments.find(isLive) ?? null;
}
