import { faultNamed } from '../../../lib/local/lab/faults.js';
import type { Observed } from '../../../lib/local/lab/outcome.js';
import type { ShownIncident, ShownRecovery } from '../../../lib/local/stage/api.js';

/** When the fault of the tests came in. */
export const START = Date.parse('2026-11-24T08:00:00Z');
export const at = (seconds: number): number => START + seconds * 1000;

/** An incident of three seconds after the fault. */
export function incident(over: Partial<ShownIncident>): ShownIncident {
  return {
    id: over.component ?? 'api',
    component: 'api',
    kind: 'failing',
    situation: 'unknown',
    cause: 'no known pattern',
    state: 'open',
    needs_person: false,
    opened_at: at(3),
    failed_at: at(3),
    closed_at: null,
    recoveries: [],
    timeline: [],
    ...over,
  };
}

export function recovery(over: Partial<ShownRecovery>): ShownRecovery {
  return {
    action: 'rollback',
    state: 'succeeded',
    acted_at: at(5),
    ended_at: at(9),
    result: null,
    proof: null,
    ...over,
  };
}

/** A bad deployment of api that was healed; what it did to web is put down to it. */
export const HEALED: Observed = {
  fault: faultNamed('bad-deploy-errors'),
  mode: 'auto',
  injectedAt: START,
  incidents: [
    incident({ component: 'web', opened_at: at(2) }),
    incident({ situation: 'deployment_regression', recoveries: [recovery({})] }),
  ],
  afterwards: [
    incident({ component: 'web', opened_at: at(2), state: 'closed' }),
    incident({ situation: 'deployment_regression', recoveries: [recovery({})] }),
  ],
  exits: [],
  sent: 100,
  lost: [{ sentAt: at(2), at: at(2.1), why: 'answered 503' }],
  lagS: 10,
};
