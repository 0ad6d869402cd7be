import type { Notice } from './notice.js';

/** Something about a component that a person is asked to look at, outside any incident. */
interface EscalationFacts {
  /** Names it. */
  readonly key: string;
  readonly componentId: number;
  readonly component: string;
  readonly why: string;
  readonly at: Date;
  readonly endedAt: Date | null;
}

/** Say what people are to be told of an escalation that no incident tells of. Pure. */
export function escalationNotice(escalation: EscalationFacts): Notice {
  const { key, componentId, component, why, at, endedAt } = escalation;
  const isOver = endedAt !== null;
  return {
    incidentId: null,
    escalation: key,
    componentId,
    component,
    kind: 'escalation',
    severity: 'high',
    phase: isOver ? 'closed' : 'person',
    headline: isOver ? `${component} needs nobody any more` : `${component} needs a person`,
    cause: why,
    evidence: [],
    plan: [],
    state: isOver ? 'it is over' : 'nothing is done about it without a person',
    done: [],
    asks: null,
    needsPerson: !isOver,
    flapping: false,
    acknowledgedBy: null,
    acknowledgedAt: null,
    snoozedUntil: null,
    openedAt: at,
    closedAt: endedAt,
    shape: isOver ? 'closed' : 'open',
  };
}
