import type { App } from '../app.js';
import { causeText } from '../domain/decide/cause-text.js';
import { type CauseStep, causeSteps } from '../domain/decide/common-cause.js';
import type { Settings } from '../domain/settings.js';
import { uuid7 } from '../security/uuid7.js';
import { type BrainRow, writeBrain } from '../store/brain.js';
import {
  beginCauses,
  holdCauses,
  keepCause,
  raiseVersion,
  readCauses,
  readPeers,
  type StoredCause,
} from '../store/common-causes.js';
import { addIncidentEvents, type IncidentEvent } from '../store/incident-events.js';
import { readIncidents, selectIncidents } from '../store/incidents.js';
import { type Statement, sqlState } from '../store/sql.js';
import { readable } from './readable.js';

/** How often the causes are read anew because another has changed them. */
const TRIES = 5;
/** Intervals after which a component that was not looked at counts as unknown, as a sweep counts as overdue. */
const FRESH_INTERVALS = 3;

/**
 * Carry the common causes on, once the whole fleet has been assessed and before anything is decided.
 *
 * Each is told once, however many sweeps see it: what is written holds only while the causes that last are
 * those that were read. Safe to repeat and to run in parallel.
 *
 * @returns how many last
 */
export async function carryCauses(app: App, settings: Settings): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const open = await readCauses(app.sql);
    const freshS = FRESH_INTERVALS * settings.intervalS;
    const { now, peers } = await readPeers(app.sql, { freshS, at: app.at });
    const steps = causeSteps(open, peers, settings, now).map((step) => withId(step, open));
    if (await wrote(app, open, steps, now)) {
      return steps.filter(({ change }) => change !== 'ended').length;
    }
  }
  app.log({ level: 'warn', event: 'common_causes_contended', tries: TRIES });
  return (await readCauses(app.sql)).length;
}

type Step = CauseStep & { readonly id: string };

function withId(step: CauseStep, open: readonly StoredCause[]): Step {
  const { group, kind } = step.cause;
  const known = open.find((one) => one.group === group && one.kind === kind);
  return { ...step, id: known?.id ?? uuid7(Date.now()) };
}

/** False when another was faster. */
async function wrote(
  app: App,
  open: readonly StoredCause[],
  steps: readonly Step[],
  now: Date,
): Promise<boolean> {
  const changed = steps.filter(({ change }) => change !== null);
  if (changed.length === 0) return true;
  const statements = await statementsOf(app, changed, now);
  try {
    await app.sql.transaction([holdCauses(app.sql, open), ...statements]);
  } catch (error) {
    if (sqlState(error) !== 'FS001') throw error;
    return false;
  }
  return true;
}

async function statementsOf(app: App, steps: readonly Step[], now: Date): Promise<Statement[]> {
  const { sql } = app;
  const begun = steps.filter(({ change }) => change === 'began');
  const rows = steps.flatMap(rowsOf);
  const events = await eventsOf(app, steps);
  return [
    ...(begun.length > 0
      ? [
          beginCauses(
            sql,
            begun.map(({ id, cause }) => ({ ...cause, id })),
          ),
        ]
      : []),
    ...steps
      .filter(({ change }) => change !== 'began')
      .map(({ id, cause, change }) =>
        keepCause(sql, { ...cause, id }, change === 'ended' ? now : null),
      ),
    ...(rows.length > 0 ? [writeBrain(sql, rows)] : []),
    ...(events.length > 0 ? [addIncidentEvents(sql, events)] : []),
    raiseVersion(sql),
  ];
}

/** A person is told of all members at once, when it begins; and when it is over. */
function rowsOf({ id, change, cause }: Step): BrainRow[] {
  if (change !== 'began' && change !== 'ended') return [];
  const why =
    change === 'began'
      ? `${causeText(cause)}; nothing is done about what is only predicted of them`
      : `too few of group ${cause.group} rise alike in ${cause.kind} any more`;
  return [
    {
      agent: 'enhanced_self_healing',
      actionType: change === 'began' ? 'escalation' : 'common_cause_ended',
      component: '(all)',
      input: { why, group: cause.group, kind: cause.kind },
      output: {
        common_cause: change,
        needs_person: change === 'began',
        members: cause.members.map(({ component }) => component),
      },
      success: true,
      eventKey: `cause:${change}:${id}`,
      metadata: { common_cause_id: id },
    },
  ];
}

/** Incidents that members have already, or have by the time, say what they share; once each. */
async function eventsOf(app: App, steps: readonly Step[]): Promise<IncidentEvent[]> {
  const lasting = steps.filter(({ change }) => change !== 'ended');
  const componentIds = lasting.flatMap(({ cause }) => cause.members.map((one) => one.componentId));
  if (componentIds.length === 0) return [];
  const incidents = readable(
    app,
    readIncidents,
    await selectIncidents(app.sql, { state: 'open', componentIds, limit: 5000 }),
  );
  return incidents.flatMap(({ id: incidentId, componentId }) =>
    lasting
      .filter(({ cause }) => cause.members.some((one) => one.componentId === componentId))
      .map(({ id, cause }) => ({
        incidentId,
        kind: 'common_cause' as const,
        who: null,
        text: causeText(cause),
        data: { common_cause_id: id },
        eventKey: `cause:${id}:${incidentId}`,
      })),
  );
}
