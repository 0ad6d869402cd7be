import { differing } from '../variables.js';
import { refuse } from '../vendor-action.js';
import type { Deployment, EnvVar } from './answers.js';
import type { VercelConfig } from './read-config.js';
import { isEdge } from './settings.js';
import { deploymentOf } from './state-id.js';
import type { VercelStep } from './vercel-action.js';

/**
 * The name of a variable that may be another one in production by now than when a deployment was built; null where
 * none may. One of other environments alone that was changed since may have been production's until then.
 */
export function changedSince(
  listed: readonly EnvVar[],
  { created }: Pick<Deployment, 'created'>,
): string | null {
  const built = created.getTime();
  const changed = listed.find(({ target, createdAt, updatedAt }) =>
    target.includes('production')
      ? Math.max(createdAt, updatedAt) > built
      : createdAt <= built && updatedAt > built,
  );
  return changed?.key ?? null;
}

/**
 * Refuse to overwrite by itself what somebody has set since the live deployment was built: a hotfix that is about to
 * be deployed, or what the next release needs. A person may, and an undo knows what it takes back.
 *
 * Where the ledger has seen what the live deployment was built with, that is compared, so that a removal is seen,
 * too; otherwise the instants of the last changes tell.
 *
 * @throws {AppError} `refused`
 */
export function refuseChanged(
  step: VercelStep,
  live: Deployment,
  { settings, listed }: Pick<VercelConfig, 'settings' | 'listed'>,
): void {
  const { byPerson, undoes, known = [] } = step.request;
  if (byPerson || undoes !== undefined) return;
  // The look that came first after the build: a removal before a later one would be in that, too.
  const [seen] = known
    .filter(({ deploymentId }) => deploymentOf(deploymentId) === live.uid)
    .flatMap(({ config, firstSeen }) => (config === null ? [] : [{ config, firstSeen }]))
    .toSorted((a, b) => a.firstSeen.getTime() - b.firstSeen.getTime());
  const changed =
    seen === undefined
      ? changedSince(listed, live)
      : differing(seen.config, settings).find((name) => !isEdge(name));
  if (changed == null) return;
  const who = 'only a person may put the configuration back';
  refuse(step, `${changed} was changed after ${live.uid} was built: ${who}`);
}
