import type { PlatformRef } from './component.js';
import { providerOfPlatform } from './provider-name.js';

/**
 * What a component stands on together with others, so that they fail together with it: one vendor, or one cluster.
 * Null for what is only a way to act (a webhook, an MCP server, a repository): what is behind two of those has
 * nothing in common.
 */
export function groundOf(platform: PlatformRef): string | null {
  switch (platform.type) {
    case 'none':
    case 'agent':
    case 'webhook':
    case 'mcp':
    case 'github':
      return null;
    case 'kubernetes':
      return `kubernetes ${platform.cluster ?? ''}`.trimEnd();
    default:
      return providerOfPlatform(platform.type);
  }
}
