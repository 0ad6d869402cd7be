import { hkdfSync } from 'node:crypto';
import { AppError } from '../errors.js';

/** What one secret is divided into: no key is used for two purposes. */
export interface Subkeys {
  /** Names the secret without telling anything of it: 16 hexadecimal digits. */
  readonly id: string;
  /** Authenticates API keys: 32 bytes. */
  readonly tokens: Buffer;
  /** Seals what is stored encrypted (AES-256): 32 bytes. */
  readonly sealing: Buffer;
  /** Tells texts apart that are not stored in plain: 32 bytes. */
  readonly fingerprints: Buffer;
  /** Seed of the Ed25519 key that signs commands to agents: 32 bytes. */
  readonly commandSeed: Buffer;
}

/** The subkeys of the present secret, and of those it replaced. */
export interface Secrets {
  readonly current: Subkeys;
  /** Still accepted for verifying and opening, never used for making anything. */
  readonly old: readonly Subkeys[];
}

/** Bytes a secret must have: as many as the hash, so that nothing derived is weaker than it looks. */
const SECRET_BYTES = 32;

/** Public by nature; it only keeps these keys apart from those of other software with the same secret. */
const SALT = 'forestall';

/** A version in each label lets one purpose change its keys without the others. */
const INFO = {
  id: 'key id v1',
  tokens: 'api tokens v1',
  sealing: 'sealing v1',
  fingerprints: 'fingerprints v1',
  commandSeed: 'command signing v1',
} as const;

function decode(text: string): Buffer | null {
  if (/^[0-9a-f]+$/i.test(text)) {
    return text.length % 2 === 0 ? Buffer.from(text, 'hex') : null;
  }
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, 'base64');
}

function subkeys(variable: string, text: string): Subkeys {
  const secret = decode(text.trim());
  if (secret === null || secret.length < SECRET_BYTES) {
    throw new AppError(
      'misconfigured',
      `${variable} must be at least ${SECRET_BYTES} random bytes, written in base64, base64url or hex`,
    );
  }
  const derive = (purpose: keyof typeof INFO, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, SALT, INFO[purpose], bytes));
  return {
    id: derive('id', 8).toString('hex'),
    tokens: derive('tokens', 32),
    sealing: derive('sealing', 32),
    fingerprints: derive('fingerprints', 32),
    commandSeed: derive('commandSeed', 32),
  };
}

/**
 * Derive all keys of the installation from its one secret.
 *
 * HKDF with SHA-256; a text of hexadecimal digits only is read as hex, anything else as base64 or
 * base64url. Repeatable: one secret gives the same keys everywhere.
 *
 * @param secret - FORESTALL_SECRET
 * @param old - FORESTALL_SECRET_OLD, the secrets before it, in any order
 * @throws {AppError} `misconfigured`, naming the variable and never its value
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
export function deriveSecrets(secret: string, old: readonly string[]): Secrets {
  return {
    current: subkeys('FORESTALL_SECRET', secret),
    old: old.map((one) => subkeys('FORESTALL_SECRET_OLD', one)),
  };
}
