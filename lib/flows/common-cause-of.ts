import { causeText } from '../domain/decide/cause-text.js';
import { accountedFor } from '../domain/decide/common-cause.js';
import type { LastSeen } from '../store/component-state.js';
import type { DecisionFacts } from '../store/decision-fact-rows.js';

/** A component that something is to be done to, and the incident for which; null without one. */
export interface Concerned {
  readonly component: { readonly id: number };
  readonly incident: { readonly id: string } | null;
  readonly seen: LastSeen | null;
}

/**
 * The common causes that account for all that is predicted of a component, in words.
 *
 * Null for what fails already, and for what somebody or something else than a prediction has told of: that is
 * treated as ever.
 */
export function commonCauseOf(
  { commonCauses, predictedIncidents }: DecisionFacts,
  { component, incident, seen }: Concerned,
): string | null {
  if (seen === null || seen.evidence.state === 'failing' || seen.evidence.failedProbes > 0)
    return null;
  if (incident !== null && !predictedIncidents.includes(incident.id)) return null;
  const causes = accountedFor(component.id, seen.memory.rising ?? {}, commonCauses);
  return causes === null ? null : causes.map(causeText).join('; ');
}
