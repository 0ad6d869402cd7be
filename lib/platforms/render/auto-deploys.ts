import type { Service } from './answers.js';

/** Whether the next push would be deployed; where Render's two settings disagree, yes. */
export function deploysAutomatically({ autoDeploy, autoDeployTrigger }: Service): boolean {
  return autoDeploy === 'yes' || (autoDeployTrigger ?? 'off') !== 'off';
}
