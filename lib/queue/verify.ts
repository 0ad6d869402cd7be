import type { Receiver } from '@upstash/qstash';
import { AppError } from '../errors.js';

/**
 * Check that a request really comes from the queue and was meant for this path.
 *
 * @throws {AppError} `unauthorized` when it does not, or `misconfigured` without signing keys
 */
export type VerifyQueue = (signature: string, rawBody: string, path: string) => Promise<void>;

/** What verification needs to know. */
export interface VerifyConfig {
  readonly currentSigningKey: string | undefined;
  readonly nextSigningKey: string | undefined;
  readonly baseUrl: string;
}

/** Seconds by which the queue's clock may differ from ours. */
const CLOCK_TOLERANCE_S = 5;

/**
 * Verify deliveries with both signing keys, so that keys can be rotated.
 *
 * The signed URL is compared with the configured base and the function's own path, never with what
 * the request says of itself.
 */
export function qstashVerify(config: VerifyConfig): VerifyQueue {
  let loaded: Promise<Receiver> | undefined;
  const receiver = (currentSigningKey: string, nextSigningKey: string) => {
    loaded ??= import('@upstash/qstash').then(
      (sdk) => new sdk.Receiver({ currentSigningKey, nextSigningKey }),
    );
    return loaded;
  };
  return async (signature, body, path) => {
    const { currentSigningKey, nextSigningKey } = config;
    if (!currentSigningKey || !nextSigningKey) {
      throw new AppError(
        'misconfigured',
        'QSTASH_CURRENT_SIGNING_KEY and QSTASH_NEXT_SIGNING_KEY must be set to take messages',
      );
    }
    const url = config.baseUrl + path;
    const verifier = await receiver(currentSigningKey, nextSigningKey);
    try {
      await verifier.verify({ signature, body, url, clockTolerance: CLOCK_TOLERANCE_S });
    } catch (cause) {
      throw new AppError(
        'unauthorized',
        'the message is not signed by the queue for this address',
        {
          cause,
        },
      );
    }
  };
}
