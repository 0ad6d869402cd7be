import * as z from 'zod';
import type { App } from '../app.js';
import type { Prepared } from '../platforms/platform.js';
import { open, seal } from '../security/seal.js';
import type { StoredRecovery } from '../store/recoveries.js';

const Secret = z.record(z.string(), z.unknown());

/** What a recovery keeps sealed opens for that recovery alone. */
const purposeOf = (recoveryId: string): string => `recovery:${recoveryId}`;

/** Seal what nobody may see of what an executor prepared; null where there is nothing. */
export function sealSecret(
  { secrets }: App,
  recoveryId: string,
  { secret }: Pick<Prepared, 'secret'>,
): string | null {
  return secret === undefined ? null : seal(JSON.stringify(secret), purposeOf(recoveryId), secrets);
}

/**
 * What an executor prepared, as it was stored before the call.
 *
 * @throws {AppError} `misconfigured` when the secret that it was sealed under is gone
 */
export function preparedOf(
  { secrets }: App,
  { id, before, after, inverse, sealed }: StoredRecovery,
): Prepared {
  const states = { before, after, inverse };
  if (sealed === null) return states;
  return { ...states, secret: Secret.parse(JSON.parse(open(sealed, purposeOf(id), secrets))) };
}
