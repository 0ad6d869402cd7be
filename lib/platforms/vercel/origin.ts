import type { Deployment } from './answers.js';

/** The recovery that made a deployment, in its metadata. */
export const RECOVERY = 'forestallRecovery';

/** The deployment whose source it was made of, in its metadata. */
const ORIGIN = 'forestallOrigin';

/** The deployment that a deployment was first built as: itself, unless a recovery built it again. */
export function originOf({ uid, meta }: Deployment): string {
  const origin = meta[ORIGIN];
  return typeof origin === 'string' ? origin : uid;
}

/**
 * What a recovery's deployment is marked with, so that it can be found, and is not taken for a new version.
 *
 * @param origin - of the deployment that is built again, by {@link originOf}
 */
export function markOf(recoveryId: string, origin: string): Readonly<Record<string, string>> {
  return { [RECOVERY]: recoveryId, [ORIGIN]: origin };
}
