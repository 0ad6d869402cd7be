import type { EvidenceFacts } from '../domain/decide/facts.js';
import { SECOND } from '../domain/time.js';
import type { LastSeen } from '../store/component-state.js';

/** What the guards assume of a component that no sweep has seen: nothing good. */
const NO_EVIDENCE: EvidenceFacts = {
  state: 'unknown',
  agreeing: 0,
  lastSampleAgeS: null,
  cadenceS: 60,
  freshShare: 0,
  historyS: 0,
  ratioOnly: false,
  requests: null,
  breachingInARow: 0,
  failedProbes: 0,
};

/** The evidence that the last sweep left, with the age that its newest sample has by now. Pure. */
export function evidenceNow(seen: LastSeen | null, now: Date): EvidenceFacts {
  if (seen === null) return NO_EVIDENCE;
  const { lastSampleAt } = seen;
  return {
    ...seen.evidence,
    lastSampleAgeS:
      lastSampleAt === null ? null : Math.max(0, (now.getTime() - lastSampleAt.getTime()) / SECOND),
  };
}
