import { createHmac } from 'node:crypto';
import type { Secrets } from './secrets.js';

/**
 * Name a text that is not stored in plain, `f1.<key id>.<HMAC-SHA256>`: who knows no key cannot even guess it.
 *
 * @param purpose - what the text is and whose: equal texts of two purposes are not seen to be equal
 */
export function fingerprint(text: string, purpose: string, { current }: Secrets): string {
  const { id, fingerprints } = current;
  // The purpose has a length, so that no other division of the two gives the same bytes.
  const mac = createHmac('sha256', fingerprints)
    .update(`f1.${purpose.length}.${purpose}.`, 'utf8')
    .update(text, 'utf8');
  return `f1.${id}.${mac.digest('base64url')}`;
}
