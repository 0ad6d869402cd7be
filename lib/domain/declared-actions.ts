import type { PlatformRef } from './component.js';
import type { ActionName } from './decide/action.js';

/** The actions that a component's own configuration allows its platform; null leaves it to the platform. */
export function declaredActions(platform: PlatformRef): readonly ActionName[] | null {
  return platform.type === 'webhook' ? platform.actions : null;
}
