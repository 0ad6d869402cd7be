import { AppError } from '../../errors.js';
import type { NeonCalls } from './calls.js';

/**
 * Whether a compute is suspended, so that a connection would wake it, and be paid for. Where the API does not tell
 * (no key is set, say), it is taken to be awake.
 */
export async function isAsleep(calls: Pick<NeonCalls, 'endpoint'>): Promise<boolean> {
  try {
    return (await calls.endpoint()).current_state === 'idle';
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
