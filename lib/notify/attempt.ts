import { AppError } from '../errors.js';
import type { Delivery } from './channel.js';

/**
 * Turn whatever goes wrong with a try into a {@link Delivery}: a second one may help, and nobody knows
 * whether the first had an effect, unless it was never sent.
 *
 * @param options.refusals - `final` where a refusal (4xx) is about what was sent, and would come again
 */
export async function attempt(
  work: () => Promise<Delivery>,
  { refusals = 'later' }: { readonly refusals?: 'final' | 'later' } = {},
): Promise<Delivery> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message: why, retryAfterS } = error;
    if (refusals === 'final' && code === 'upstream_refused') return { kind: 'refused', why };
    const sure = code === 'refused' || code === 'misconfigured';
    return { kind: 'later', why, sure, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
  }
}
