import type { Cause } from './cause.js';
import type { ProviderNow } from './provider.js';

/**
 * The cause where a provider is to blame: an outage explains whatever else is seen of what stands on it, one
 * that is only degraded is told besides, and nothing follows from it.
 */
export function providerCause({ kind, why }: ProviderNow): Cause | null {
  if (kind === 'out') return { situation: 'provider', cause: why, confidence: 'strong' };
  return kind === 'degraded' ? { situation: 'provider', cause: why, confidence: 'weak' } : null;
}
