import { ask, type Guard, pass, refuse } from './guard.js';

/**
 * A provider's outage is waited out: restarting or rolling back what stands on it loses what still works.
 * Failing over leads away from it. A page that cannot be read leaves it to a person.
 */
export const provider: Guard = ({ action, provider: { kind, why } }) => {
  if (kind === 'well' || kind === 'degraded') return pass('provider', why);
  if (action.name === 'fail_over') {
    return pass('provider', `failing over leads away from it, though ${why}`);
  }
  return kind === 'out' ? refuse('provider', why) : ask('provider', why);
};
