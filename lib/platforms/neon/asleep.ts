import { AppError } from '../../errors.js';
import type { NeonCalls } from './calls.js';

/** Whether a compute is suspended, so that a connection would wake it, and be paid for; `unknown` where nobody tells. */
export type Sleep = 'asleep' | 'awake' | 'unknown';

/** Ask Neon's API whether a compute is suspended; unknown where that does not tell, as where no key is set. */
export async function sleepOf(calls: Pick<NeonCalls, 'endpoint'>): Promise<Sleep> {
  try {
    return (await calls.endpoint()).current_state === 'idle' ? 'asleep' : 'awake';
  } catch (error) {
    if (error instanceof AppError) return 'unknown';
    throw error;
  }
}
