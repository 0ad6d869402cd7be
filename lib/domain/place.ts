import type { ComponentConfig, PlatformRef } from './component.js';
import type { ActionName } from './decide/action.js';

/** What of a component tells where its actions are carried out. */
export type Placed = Pick<ComponentConfig, 'platform' | 'database'>;

/**
 * Where an action on a component is carried out: its database's connections at its database, where it names
 * one, and everything else where it runs.
 *
 * `lib/store/recovery-claims.ts` says the same in SQL for what is kept with a recovery.
 */
export function placeOf({ platform, database }: Placed, action: ActionName): PlatformRef {
  return action === 'reset_database' ? (database ?? platform) : platform;
}
