import { OWN_STANDBY } from '../standby.js';
import { type Guard, pass, refuse } from './guard.js';

/** Traffic is sent only where it is known to be served: an unknown or ailing standby would make an outage of it. */
export const standby: Guard = ({ action, component, executor, standby: known }) => {
  if (action.name !== 'fail_over') return pass('standby', `${action.name} needs no standby`);
  const { to } = action;
  if (to === component) return pass('standby', `it leads back to ${component} itself`);
  if (to === OWN_STANDBY && executor === 'render_postgres') {
    return pass('standby', 'its platform keeps it, and is asked before the call');
  }
  if (known === null || known.name !== to) {
    return refuse('standby', `${to} is not the standby of ${component}`);
  }
  return known.isReady ? pass('standby', known.why) : refuse('standby', known.why);
};
