import { breaker } from '../breaker.js';
import { durationText } from '../duration-text.js';
import { ask, type Guard, pass } from './guard.js';

/** An action that keeps failing on a component is a person's to decide, until a trial succeeds. */
export const tripped: Guard = ({ breaker: facts, action }, settings, now) => {
  const state = breaker(facts, settings, now);
  const failed = `${state.failures} failures of ${action.name}`;
  switch (state.state) {
    case 'closed':
      return pass('breaker', `closed: ${failed}, ${settings.breakerFailures} open it`);
    case 'half_open':
      return pass('breaker', `half open: ${failed}, one trial is allowed`);
    case 'open': {
      const window = durationText(settings.breakerWindowS);
      return ask('breaker', `open: ${failed} within ${window}, so a person decides`, state.until);
    }
  }
};
