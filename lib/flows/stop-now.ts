import type { App } from '../app.js';
import { ruling } from '../domain/decide/guards.js';
import { hangs } from '../domain/decide/hangs.js';
import { premiseHolds } from '../domain/decide/premise.js';
import type { Verdict } from '../domain/decide/verdict.js';
import type { Settings } from '../domain/settings.js';
import { componentsById, findComponent } from '../store/components.js';
import { listDeployments } from '../store/deployments.js';
import { readIncidents, type StoredIncident, selectIncidents } from '../store/incidents.js';
import type { StoredRecovery } from '../store/recoveries.js';
import { askGuards } from './ask-guards.js';
import { lookNow } from './look-now.js';
import { targetOf } from './target.js';

/** Why a recovery is not to be carried out any more. */
export interface Stop {
  readonly why: string;
  /** What the guards said; null where they did not come to be asked. */
  readonly verdicts: readonly Verdict[] | null;
}

const MOVED = 'the component was moved elsewhere since this was decided';

/**
 * Look at guards and premise once more, right before a call: what was decided may have been paused,
 * frozen, or healed by other means since.
 *
 * @param isHalfDone - whether some parts are changed already: to stop in between leaves worse than either end,
 * so that only what stops an undo, too, stops it
 * @returns null when the recovery may go on
 */
export async function stopNow(
  app: App,
  recovery: StoredRecovery,
  isHalfDone = false,
): Promise<Stop | null> {
  const component = (await componentsById(app.sql, [recovery.componentId])).get(
    recovery.componentId,
  );
  if (component === undefined) return { why: 'the component was removed', verdicts: null };
  // Without a verdict, but as by one: the step has not been tried where the component runs now.
  if (targetOf(recovery, component).moved) return { why: MOVED, verdicts: [] };
  const { verdicts } = await askGuards(app, {
    component,
    action: recovery.action,
    origin: isHalfDone ? 'undo' : recovery.origin,
    overrides: overridden(recovery),
    itself: recovery.id,
    premise: isHalfDone ? null : (settings) => premiseNow(app, recovery, settings),
  });
  // A question that a person has answered is not asked again; one that is new must be asked.
  const answered = recovery.approvedBy !== null;
  const left = answered ? verdicts.filter(({ outcome }) => outcome !== 'ask') : verdicts;
  if (ruling(left) !== 'go') return { why: 'the guards refuse it now', verdicts };
  const silent = await silentStandby(app, recovery);
  return silent === null ? null : { why: silent, verdicts: null };
}

/** Why traffic is not to be sent to where a failover leads, after one more look there; or null. */
async function silentStandby(app: App, { action, component, executor }: StoredRecovery) {
  // What a platform keeps itself bears no component's name.
  if (action.name !== 'fail_over' || executor === 'render_postgres') return null;
  if (action.to === component) return null;
  const standby = await findComponent(app.sql, action.to);
  const url = standby?.health_url ?? null;
  if (url === null || (await app.probe(url)).found === 'well') return null;
  return `${action.to} does not answer at its health URL`;
}

/** What was overridden when it was asked for stays so. */
function overridden({ verdicts }: StoredRecovery) {
  return verdicts.filter(({ outcome }) => outcome === 'overridden').map(({ guard }) => guard);
}

/** Whether the trouble that was decided on is still there; a person's request rests on the person. */
async function premiseNow(app: App, recovery: StoredRecovery, settings: Settings) {
  if (recovery.origin !== 'automatic' || recovery.incidentId === null) return null;
  const [incident] = readIncidents(
    await selectIncidents(app.sql, { id: recovery.incidentId, limit: 1 }),
  );
  const [look, newer] = await Promise.all([
    lookNow(app, recovery.componentId, settings),
    newerVersion(app, recovery, incident?.openedAt ?? null),
  ]);
  if (look === null) return { holds: false, why: 'the component was removed' };
  if (newer !== null) return { holds: false, why: `${newer} went live since this was decided` };
  const { assessment, watched } = look;
  const { component, memory } = watched;
  const probesFailed = memory.failedProbes >= settings.breachesToOpen;
  const url = probesFailed ? component.health_url : null;
  const probed = url === null ? null : (await app.probe(url)).found;
  const isForHanging = incident !== undefined && restartsHanging(recovery, incident);
  return premiseHolds({
    premise: recovery.premise,
    assessment,
    raised: memory.raised,
    incidentOpen: incident?.state === 'open',
    probesFailed,
    probed,
    hanging: isForHanging ? probed === 'silent' && hangs({ assessment, memory, settings }) : null,
  });
}

/** The built-in plan restarts what is down for that alone; a rule of the team's may have its own reasons. */
const restartsHanging = ({ action }: StoredRecovery, { plan }: StoredIncident): boolean =>
  action.name === 'restart' && plan.situation === 'down' && plan.rule === undefined;

/** A version that went live after the incident had opened: whatever is wrong, it is not the one to be left. */
async function newerVersion(
  app: App,
  { action, componentId }: StoredRecovery,
  openedAt: Date | null,
): Promise<string | null> {
  if (action.name !== 'rollback' || openedAt === null) return null;
  const [newest] = await listDeployments(app.sql, {
    componentIds: [componentId],
    phase: 'finished',
    limit: 1,
  });
  const liveAt = newest?.endedAt ?? newest?.startedAt ?? null;
  return newest !== undefined && liveAt !== null && liveAt > openedAt ? newest.version : null;
}
