import { randomBytes } from 'node:crypto';

/** The two keys that a receiver must know: messages are signed with the current one. */
export interface SigningKeyPair {
  readonly current: string;
  readonly next: string;
}

/** Holder of the signing keys, which can be rotated while messages are on their way. */
export interface SigningKeys {
  pair(): SigningKeyPair;
  /** Make the next key the current one and a fresh one the next. */
  rotate(): SigningKeyPair;
}

/**
 * Hold a pair of signing keys.
 *
 * A rotation lasts as long as this holder: whoever starts the queue owns the keys and hands the
 * same ones to the receivers.
 *
 * @see https://upstash.com/docs/qstash/howto/roll-signing-keys
 */
export function createSigningKeys(initial: SigningKeyPair): SigningKeys {
  let pair = initial;
  return {
    pair: () => pair,
    rotate() {
      pair = { current: pair.next, next: `sig_${randomBytes(24).toString('base64url')}` };
      return pair;
    },
  };
}
