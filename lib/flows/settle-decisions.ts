import type { App } from '../app.js';
import { actionText } from '../domain/decide/action-text.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import { addIncidentEvents, type IncidentEvent } from '../store/incident-events.js';
import { updateIncident } from '../store/incidents.js';
import { claimAndTell, type NewRecovery } from '../store/recovery-claims.js';
import type { Statement } from '../store/sql.js';
import { incidentAfter, isNews, planKey, refusing } from './after-decision.js';
import { askToTell } from './ask-to-tell.js';
import { escalationRow } from './brain-rows.js';
import type { Round } from './decide-round.js';
import type { Claim, Decision, Refused } from './decision.js';
import { newRecovery } from './new-recovery.js';
import { publishRecoveries } from './outbox.js';

/** What came of a round of decisions. */
export interface Healed {
  readonly planned: number;
  readonly asked: number;
  readonly refused: number;
  readonly paged: number;
}

/** What is told of one decision. */
interface Telling {
  readonly statements: readonly Statement[];
  readonly events: readonly IncidentEvent[];
  readonly rows: readonly BrainRow[];
}

/**
 * Carry a round's decisions into the database, all in one transaction, and its claims to the queue.
 *
 * @returns null when the claims came too late: the facts had changed, so the round must be made anew
 */
export async function settleDecisions(
  app: App,
  round: Round,
  decisions: readonly Decision[],
): Promise<Healed | null> {
  const claims = decisions
    .filter((decision): decision is Claim => decision.kind === 'claim')
    .map((claim) => ({ claim, recovery: newRecovery(claim) }));
  const others = decisions.filter((decision) => decision.kind !== 'claim');
  const tellings = [
    ...claims.map(({ claim, recovery }) => tellClaim(app, claim, recovery)),
    ...others.map((decision) =>
      decision.kind === 'page' ? tellPage(app, decision) : tellRefusal(app, decision as Refused),
    ),
  ];
  const recoveries = claims.map(({ recovery }) => recovery);
  const written = await write(app, round.facts.version, recoveries, telling(app, tellings));
  if (!written) return null;
  const planned = recoveries.filter(({ state }) => state === 'planned');
  await publishRecoveries(
    app,
    planned.map(({ id }) => ({ id, token: 1, kind: 'recover', delayS: 0 })),
  );
  const asking = recoveries.find(({ state }) => state !== 'planned');
  if (asking !== undefined) await askToTell(app, asking.id);
  const refusals = others.filter(({ kind }) => kind === 'refused').length;
  return {
    planned: planned.length,
    asked: recoveries.length - planned.length,
    refused: refusals,
    paged: others.length - refusals,
  };
}

/** False when the claims came too late. */
async function write(
  app: App,
  version: string,
  recoveries: readonly NewRecovery[],
  statements: readonly Statement[],
): Promise<boolean> {
  if (recoveries.length > 0) return claimAndTell(app.sql, version, recoveries, statements);
  if (statements.length > 0) await app.sql.transaction(statements);
  return true;
}

function telling(app: App, tellings: readonly Telling[]): Statement[] {
  const events = tellings.flatMap((one) => one.events);
  const rows = tellings.flatMap((one) => one.rows);
  return [
    ...tellings.flatMap((one) => one.statements),
    ...(events.length > 0 ? [addIncidentEvents(app.sql, events)] : []),
    ...(rows.length > 0 ? [writeBrain(app.sql, rows)] : []),
  ];
}

function tellClaim(app: App, claim: Claim, recovery: NewRecovery): Telling {
  const { incident, action, why } = claim;
  const asking = recovery.approveBy;
  return {
    statements: [updateIncident(app.sql, incidentAfter(claim))],
    events: [
      {
        incidentId: incident.id,
        kind: asking === null ? 'planned' : 'awaiting_approval',
        who: null,
        text: asking === null ? why : `${why}; a person must approve by ${asking.toISOString()}`,
        data: { recovery_id: recovery.id, action },
        eventKey: `planned:${recovery.id}`,
      },
    ],
    rows: [],
  };
}

/** A refusal is told when it begins and when its reasons change, not at every sweep. */
function tellRefusal(app: App, decision: Refused): Telling {
  const { incident, step, action, verdicts, page, why } = decision;
  const statements = [updateIncident(app.sql, incidentAfter(decision))];
  if (!isNews(decision)) return { statements, events: [], rows: [] };
  const reasons = refusing(verdicts).join(',');
  const key = `${incident.id}:${step}:${reasons}`;
  const text = `would ${actionText(action, incident.component)}, but ${why}`;
  const data = { action, verdicts };
  const event = { incidentId: incident.id, who: null, text, data } as const;
  return {
    statements,
    events: [
      { ...event, kind: 'refused', eventKey: `refused:${key}` },
      ...(page ? [{ ...event, kind: 'paged', eventKey: `paged:${key}` } as const] : []),
    ],
    rows: page ? [escalationRow(incident.component, incident.id, text, `page:${key}`)] : [],
  };
}

/** The plan is at its end: a person is asked, once; and once more where another was made since. */
function tellPage(app: App, decision: Extract<Decision, { kind: 'page' }>): Telling {
  const { incident, why } = decision;
  const key = planKey(incident);
  return {
    statements: [updateIncident(app.sql, incidentAfter(decision))],
    events: [
      {
        incidentId: incident.id,
        kind: 'paged',
        who: null,
        text: `a person is needed: ${why}`,
        eventKey: `paged:${key}`,
      },
    ],
    rows: [escalationRow(incident.component, incident.id, why, `page:${key}`)],
  };
}
