import { ComponentConfig } from '../../lib/domain/component.js';

/** A configuration with all its defaults but some. */
export function config(changes: Partial<ComponentConfig> = {}): ComponentConfig {
  return { ...ComponentConfig.parse({}), ...changes };
}
