import { AppError } from '../errors.js';
import type { Delivery } from './channel.js';

/**
 * Turn whatever goes wrong with a try into a {@link Delivery}: a second one may help, and nobody knows
 * whether the first had an effect, unless it was never sent.
 */
export async function attempt(work: () => Promise<Delivery>): Promise<Delivery> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message: why, retryAfterS } = error;
    const sure = code === 'refused' || code === 'misconfigured';
    return { kind: 'later', why, sure, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
  }
}
