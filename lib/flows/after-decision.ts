import type { GuardName, Verdict } from '../domain/decide/verdict.js';
import type { StoredIncident, updateIncident } from '../store/incidents.js';
import type { Decision, Refused } from './decision.js';

/** What a decision changes of its incident: how far the plan has come, and what holds it back. */
export type IncidentUpdate = Parameters<typeof updateIncident>[1];

/** Say what a decision changes of its incident. Pure. */
export function incidentAfter(decision: Decision): IncidentUpdate {
  const { id, plan } = decision.incident;
  switch (decision.kind) {
    case 'claim':
      return { id, step: decision.step, needsPerson: decision.approveBy !== null, refusal: null };
    case 'refused': {
      const { step, page, verdicts } = decision;
      return { id, step, needsPerson: page, refusal: verdicts };
    }
    case 'page':
      return {
        id,
        step: plan.steps.length,
        needsPerson: true,
        refusal: null,
        anew: plan.anew ?? false,
      };
  }
}

/** Names that a person is asked once a plan is at its end: once for each plan that an incident had. */
export const planKey = ({ id, plan }: StoredIncident): string =>
  plan.anew === true ? `${id}:anew` : id;

/** The guards that refuse. */
export const refusing = (verdicts: readonly Verdict[]): GuardName[] =>
  verdicts.filter(({ outcome }) => outcome === 'refuse').map(({ guard }) => guard);

/** Whether a refusal is to be told: when it begins, and when its reasons change, not at every sweep. */
export function isNews({ incident, verdicts, page }: Refused): boolean {
  const known = incident.refusal === null ? null : refusing(incident.refusal).join(',');
  return known !== refusing(verdicts).join(',') || (page && !incident.needsPerson);
}
