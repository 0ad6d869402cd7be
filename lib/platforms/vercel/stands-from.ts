import type { LedgerState } from '../platform.js';
import type { Deployment, Project } from './answers.js';
import { liveStateId, servesFrom } from './live-state.js';
import type { VercelConfig } from './read-config.js';
import { isEdge } from './settings.js';

/**
 * Since when what is live has stood as it does at the latest, as text; null where nobody knows.
 *
 * The removal of an item of an Edge Config leaves no instant. Where the ledger knew one that is gone, what is live
 * may be as young as the first look that did not find it.
 */
export function standsFrom(
  project: Project,
  live: Deployment,
  { config, known = [] }: { config: VercelConfig; known: readonly LedgerState[] | undefined },
): string | null {
  const from = servesFrom(project, live, config);
  if (from === null) return null;
  const id = liveStateId(project, live, config);
  const here = known.find(({ deploymentId }) => deploymentId === id);
  const [last] = known
    .filter((state) => state !== here && state.config !== null)
    .toSorted((a, b) => b.lastSeen.getTime() - a.lastSeen.getTime());
  const isGone = (name: string) => isEdge(name) && !Object.hasOwn(config.settings, name);
  if (!Object.keys(last?.config ?? {}).some(isGone)) return from.toISOString();
  if (here === undefined) return null;
  return new Date(Math.max(from.getTime(), here.firstSeen.getTime())).toISOString();
}
