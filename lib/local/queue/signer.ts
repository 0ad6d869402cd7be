import { createHash, createHmac, randomBytes } from 'node:crypto';
import { SECOND } from '../../domain/time.js';

// "Our JWTs have a lifetime of 5 minutes by default."
const LIFETIME_S = 300;

/** What a signature vouches for. */
export interface Signed {
  /** Where the message goes, exactly as it was published, query included. */
  readonly url: string;
  /** The body, byte for byte as it is sent. */
  readonly body: Buffer;
  /** The present instant in milliseconds. */
  readonly nowMs: number;
}

/**
 * Make the `Upstash-Signature` of one delivery: a JWT, HS256, over URL and body.
 *
 * @param key - the signing key, used as UTF-8 text
 * @see https://upstash.com/docs/qstash/features/security
 */
export function sign(key: string, signed: Signed): string {
  const issuedAt = Math.floor(signed.nowMs / SECOND);
  const claims = {
    iss: 'Upstash',
    sub: signed.url,
    exp: issuedAt + LIFETIME_S,
    nbf: issuedAt,
    iat: issuedAt,
    jti: `jwt_${randomBytes(20).toString('hex')}`,
    // The service pads its base64url; receivers are expected to ignore that.
    body: `${createHash('sha256').update(signed.body).digest('base64url')}=`,
  };
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
