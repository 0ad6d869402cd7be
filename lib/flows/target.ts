import type { PlatformRef } from '../domain/component.js';
import { type Placed, placeOf } from '../domain/place.js';
import { sortedKeys } from '../domain/sorted-keys.js';
import type { StoredRecovery } from '../store/recoveries.js';

/** What a recovery is carried out on. */
export interface Target {
  readonly target: PlatformRef;
  /** Whether the component has been moved elsewhere since the recovery was decided. */
  readonly moved: boolean;
}

/**
 * Find what a recovery is to be carried out on: where that was when it was decided. What replaced it
 * since was never looked at.
 *
 * @param component - undefined where it was removed; what was begun can still be looked at
 */
export function targetOf(
  { target, action }: Pick<StoredRecovery, 'target' | 'action'>,
  component: Placed | undefined,
): Target {
  if (component === undefined) return { target: target ?? { type: 'none' }, moved: false };
  const place = placeOf(component, action.name);
  const moved = target !== null && targetName(target) !== targetName(place);
  return { target: moved ? target : place, moved };
}

/** Names a target whatever its credential is called; two of one name are the same. */
export function targetName(platform: PlatformRef): string {
  if (platform.type === 'render') return `render ${platform.service_id}`;
  if (platform.type === 'render_postgres') return `render_postgres ${platform.postgres_id}`;
  if (platform.type === 'vercel') return `vercel ${platform.project_id}`;
  if (platform.type === 'fly') {
    return JSON.stringify(['fly', platform.app, platform.process_group]);
  }
  if (platform.type === 'kubernetes') {
    const { cluster, namespace, deployment } = platform;
    return JSON.stringify(['kubernetes', cluster, namespace, deployment]);
  }
  if (platform.type === 'neon') {
    const { project_id, endpoint_id, connection, database } = platform;
    return JSON.stringify(['neon', project_id, endpoint_id, connection, database]);
  }
  if (platform.type === 'webhook') {
    return JSON.stringify(['webhook', platform.webhook, platform.target]);
  }
  if (platform.type === 'mcp') {
    const { server, parameters, actions, rest } = platform;
    return JSON.stringify([
      'mcp',
      server,
      sortedKeys(parameters),
      sortedKeys(actions),
      rest && targetName(rest),
    ]);
  }
  if (platform.type !== 'github') return platform.type;
  // How it is rolled back is part of it: what was begun in one way cannot be looked for in another.
  const { repository, environment, rollback } = platform;
  return JSON.stringify(['github', repository, environment, Object.entries(rollback).sort()]);
}
