import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '../errors.js';
import type { Secrets } from './secrets.js';

/** The size that GCM is made for; random nonces are safe for 2^32 values under one secret. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const SHAPE = /^s1\.([0-9a-f]{16})\.([A-Za-z0-9_-]{38,})$/;

const unopenable = (why: string): AppError =>
  new AppError('misconfigured', `a sealed value cannot be opened: ${why}`);

/** The key's name is authenticated with the purpose, so that neither can be exchanged. */
const authenticated = (keyId: string, purpose: string): Buffer =>
  Buffer.from(`s1.${keyId}.${purpose}`, 'utf8');

/**
 * Encrypt a text for storing, `s1.<key id>.<nonce, ciphertext and tag>` (AES-256-GCM).
 *
 * @param purpose - what the value is and whose, e.g. `webhook:alertmanager`; it opens under no other
 */
export function seal(text: string, purpose: string, secrets: Secrets): string {
  const { id, sealing } = secrets.current;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticated(id, purpose));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final()]);
  return `s1.${id}.${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url')}`;
}

/**
 * Decrypt what {@link seal} made, under the present secret or one before it.
 *
 * @throws {AppError} `misconfigured` when its secret is gone, or when the value or its purpose is not
 * the one that was sealed
 */
export function open(sealed: string, purpose: string, secrets: Secrets): string {
  const [, id, body] = SHAPE.exec(sealed) ?? [];
  if (id === undefined || body === undefined) throw unopenable('it is not one');
  const keys = [secrets.current, ...secrets.old].find((one) => one.id === id);
  if (keys === undefined) {
    throw unopenable('its secret is neither FORESTALL_SECRET nor FORESTALL_SECRET_OLD');
  }
  const bytes = Buffer.from(body, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', keys.sealing, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(authenticated(id, purpose));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    throw unopenable('it was altered, or sealed for another purpose');
  }
}

/** The same; null where it cannot be opened, as where its secret is gone. */
export function openOrNull(...sealed: Parameters<typeof open>): string | null {
  try {
    return open(...sealed);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
