import type { PlatformRef } from './component.js';
import type { ActionName, RollbackType } from './decide/action.js';
import { mcpActions } from './platform-refs/mcp-mappings.js';

/** What of a component its own configuration lets its platform roll back; null leaves it to the platform. */
export function declaredRollbacks(platform: PlatformRef): readonly RollbackType[] | null {
  return platform.type === 'webhook' ? platform.rolls_back : null;
}

/** The actions that a component's own configuration allows its platform; null leaves it to the platform. */
export function declaredActions(platform: PlatformRef): readonly ActionName[] | null {
  if (platform.type === 'webhook') return platform.actions;
  if (platform.type === 'neon') {
    return platform.connection === null ? ['restart'] : ['restart', 'reset_database'];
  }
  if (platform.type === 'render_postgres') {
    return platform.high_availability ? ['restart', 'fail_over'] : ['restart'];
  }
  return platform.type === 'mcp' ? mcpActions(platform) : null;
}
