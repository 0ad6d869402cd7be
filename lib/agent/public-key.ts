import { createPublicKey, type KeyObject } from 'node:crypto';

/**
 * Read the installation's public command key.
 *
 * @param text - the raw 32 bytes in base64url, as `commandKey` is given
 * @throws {RangeError} when it is not such a key
 */
export function readPublicKey(text: string): KeyObject {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) {
    throw new RangeError('commandKey must be 32 bytes in base64url (43 characters)');
  }
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: text }, format: 'jwk' });
}
