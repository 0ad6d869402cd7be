import { besidesText } from '../domain/decide/cause.js';
import { ruleText } from '../domain/decide/rules/choose-rule.js';
import { addIncidentEvents, type IncidentEvent } from '../store/incident-events.js';
import {
  closeIncidents,
  escalateIncidents,
  openIncidents,
  replanIncidents,
} from '../store/incident-lifecycle.js';
import type { Sql, Statement } from '../store/sql.js';
import type { IncidentChange } from './incident-changes.js';

/** The statements that carry changes out, each told in its incident's timeline. */
export function incidentStatements(sql: Sql, changes: readonly IncidentChange[]): Statement[] {
  const opens = changes.filter((change) => change.kind === 'open');
  const escalations = changes.filter((change) => change.kind === 'escalate');
  const replans = changes.filter((change) => change.kind === 'replan');
  const closes = changes.filter((change) => change.kind === 'close');
  const statements: Statement[] = [];
  if (opens.length > 0) {
    statements.push(
      openIncidents(
        sql,
        opens.map(({ incident }) => incident),
      ),
    );
  }
  if (escalations.length > 0) {
    statements.push(
      escalateIncidents(
        sql,
        escalations.map(({ id, incidentKind, severity }) => ({ id, kind: incidentKind, severity })),
      ),
    );
  }
  if (replans.length > 0) statements.push(replanIncidents(sql, replans));
  if (closes.length > 0) statements.push(closeIncidents(sql, closes));
  if (changes.length > 0) statements.push(addIncidentEvents(sql, changes.flatMap(eventsOf)));
  return statements;
}

/** What opens is told with all that may be behind it, one line for each. */
function eventsOf(change: IncidentChange): IncidentEvent[] {
  const event = eventOf(change);
  if (change.kind !== 'open') return [event];
  const { id, plan } = change.incident;
  const others = (plan.causes ?? []).slice(1).map(
    (cause): IncidentEvent => ({
      incidentId: id,
      kind: 'cause',
      who: null,
      text: besidesText(cause),
      data: { ...cause },
      eventKey: `cause:${id}:${cause.situation}`,
    }),
  );
  return [event, ...others];
}

function eventOf(change: IncidentChange): IncidentEvent {
  if (change.kind === 'open') {
    const { id, plan, premise } = change.incident;
    const { besides = [] } = change;
    return {
      incidentId: id,
      kind: 'opened',
      who: null,
      text: [
        `${change.why}; ${plan.cause}`,
        ...[ruleText(plan) ?? []].flat(),
        ...besides.map((one) => `also: ${one}`),
      ].join('; '),
      data: { premise, plan, besides },
      eventKey: `opened:${id}`,
    };
  }
  if (change.kind === 'replan') return replanned(change);
  const { id, why } = change;
  return change.kind === 'close'
    ? { incidentId: id, kind: 'closed', who: null, text: why, eventKey: `closed:${id}` }
    : {
        incidentId: id,
        kind: 'escalated',
        who: null,
        text: why,
        eventKey: `escalated:${id}:${change.incidentKind}:${change.severity}`,
      };
}

/** Told once for each cause, also where the plan was kept because something was in flight: the cause is seen all the same. */
function replanned({ id, plan }: Extract<IncidentChange, { kind: 'replan' }>): IncidentEvent {
  return {
    incidentId: id,
    kind: 'cause',
    who: null,
    text: [`the cause can be seen by now: ${plan.cause}`, ...[ruleText(plan) ?? []].flat()].join(
      '; ',
    ),
    data: { plan },
    eventKey: `replan:${id}:${plan.situation}`,
  };
}
