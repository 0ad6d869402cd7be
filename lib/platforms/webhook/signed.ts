import { Webhook } from 'standardwebhooks';
import { AppError } from '../../errors.js';
import type { Authorize } from '../vendor.js';

/** The header that names a message: the same for each repetition of it. */
export const MESSAGE_ID = 'webhook-id';

/** Fewest bytes of a secret. @see Standard Webhooks, "Signature scheme" */
const FEWEST_BYTES = 24;

/**
 * Sign what is sent as Standard Webhooks wants it: HMAC-SHA256 over `id.timestamp.body`.
 *
 * @throws {AppError} `refused` when the secret is none of theirs
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const signed: Authorize = (secret, { headers, body, now }) => {
  const id = headers[MESSAGE_ID];
  if (id === undefined) throw new AppError('refused', 'a message without an id cannot be signed');
  return {
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': keyOf(secret).sign(id, now, body),
  };
};

function keyOf(secret: string): Webhook {
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  if (Buffer.from(encoded, 'base64').length >= FEWEST_BYTES) {
    try {
      return new Webhook(secret);
    } catch {
      // Not kept as a cause: it might quote the secret.
    }
  }
  throw new AppError(
    'refused',
    `the webhook's secret must be whsec_ and the base64 of at least ${FEWEST_BYTES} bytes`,
  );
}
