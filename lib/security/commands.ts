import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { type CommandEnvelope, CommandPayload } from '../agent/command.js';

/** The pair that signs commands to agents. */
export interface CommandKeys {
  /**
   * Sign one command.
   *
   * @throws {ZodError} when the command is not one that an agent would accept
   */
  sign(command: CommandPayload): CommandEnvelope;
  /** The raw 32 bytes of the public key in base64url: what an agent is given as `commandKey`. */
  readonly publicKey: string;
}

/** Bytes of an Ed25519 seed, and of its public key. */
const KEY_BYTES = 32;

/** What PKCS #8 puts before the seed of an Ed25519 key. @see https://www.rfc-editor.org/rfc/rfc8410 */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Make the command keys of an installation; the same seed always makes the same pair.
 *
 * @param seed - 32 secret bytes
 * @throws {RangeError} when the seed has another length
 */
export function commandKeys(seed: Uint8Array): CommandKeys {
  if (seed.length !== KEY_BYTES) {
    throw new RangeError(`the seed must have ${KEY_BYTES} bytes, got ${seed.length}`);
  }
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return {
    sign(command) {
      const json = JSON.stringify(CommandPayload.parse(command));
      const payload = Buffer.from(json, 'utf8').toString('base64url');
      const signature = sign(null, Buffer.from(payload), privateKey).toString('base64url');
      return { payload, signature };
    },
    publicKey: spki.subarray(-KEY_BYTES).toString('base64url'),
  };
}
