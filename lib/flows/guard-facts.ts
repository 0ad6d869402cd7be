import type { Component } from '../domain/component.js';
import type { Action, ActionName } from '../domain/decide/action.js';
import { classOf } from '../domain/decide/action-class.js';
import type { GuardFacts } from '../domain/decide/facts.js';
import type { Origin } from '../domain/decide/recovery.js';
import { standbyOf } from '../domain/decide/standby.js';
import type { GuardName } from '../domain/decide/verdict.js';
import type { Settings } from '../domain/settings.js';
import { HOUR } from '../domain/time.js';
import type { LastSeen } from '../store/component-state.js';
import type { DecisionFacts, RecentRecovery } from '../store/decision-fact-rows.js';
import type { FreezeInForce } from '../store/freezes-in-force.js';
import { commonCauseOf } from './common-cause-of.js';
import { evidenceNow } from './evidence-now.js';
import type { ExecutorChoice } from './executor.js';
import { reachOf, unsureUpstreamOf, upstreamOf } from './fleet-graph.js';
import { goesFirst, inFlightFacts } from './in-flight-facts.js';
import { providerOf } from './provider-of.js';

/** One proposed action, before the guards have seen it. */
export interface Proposal {
  readonly component: Pick<
    Component,
    'id' | 'name' | 'mode' | 'modes' | 'scale' | 'group' | 'platform' | 'providers'
  >;
  readonly action: Action;
  readonly origin: Origin;
  readonly overrides: readonly GuardName[];
  readonly executor: ExecutorChoice;
  readonly incident: { readonly id: string; readonly openedAt: Date } | null;
  /** A recovery that the proposal is: it does not stand in its own way. */
  readonly itself: string | null;
  readonly premise: GuardFacts['premise'];
  readonly seen: LastSeen | null;
}

/** Put the facts together that the guards look at for one proposal. Pure. */
export function guardFacts(
  facts: DecisionFacts,
  proposal: Proposal,
  settings: Settings,
): GuardFacts {
  const { component, action, origin, overrides, executor, premise } = proposal;
  const others = facts.recent.filter(({ id }) => id !== proposal.itself);
  const own = others.filter(({ componentId }) => componentId === component.id);
  return {
    component: component.name,
    action,
    // What goes to the database instead is of the same class wherever that is.
    actionClass: classOf(action.name, component.platform),
    origin,
    overrides,
    control: { paused: facts.paused, why: facts.pausedWhy },
    freezes: facts.freezes.filter((one) => covers(one, component)),
    deployment: facts.deployments.find(({ componentId }) => componentId === component.id) ?? null,
    mode: component.modes[action.name] ?? component.mode,
    executor,
    scale: component.scale,
    evidence: evidenceNow(proposal.seen, facts.now),
    ...counts(facts, proposal, own),
    automaticLastDay: automaticLastDay(others, facts.now),
    ...inFlightFacts(facts, component, others.filter(goesFirst(facts, proposal.itself))),
    reach: reachOf(facts, component.name, others),
    breaker: breakerFacts(own, action),
    failedStep: failedStep(own, proposal.incident),
    upstreamBad: upstreamOf(facts, component.name, settings),
    unsureUpstream: unsureUpstreamOf(facts, component.name, settings),
    standby: standbyOf(facts.standbys, component.id, settings, facts.now),
    provider: providerOf(facts, component, settings),
    commonCause: commonCauseOf(facts, proposal),
    stateChanges: (proposal.seen?.memory.changes ?? []).map((at) => new Date(at)),
    premise,
  };
}

/** One that names neither a component nor a group covers all. */
function covers(
  { componentId, group }: FreezeInForce,
  component: Pick<Component, 'id' | 'group'>,
): boolean {
  if (componentId !== null) return componentId === component.id;
  return group === null || group === component.group;
}

function counts(facts: DecisionFacts, { incident }: Proposal, own: readonly RecentRecovery[]) {
  const began = own.filter(({ state }) => state !== 'awaiting_approval');
  return {
    lastBegan: lastBegan(began),
    restartsLastHour: datesOf(
      began.filter((one) => one.action === 'restart' && within(one.beganAt, facts.now, HOUR)),
    ),
    rollbacksInIncident: rollbacks(began, incident?.openedAt ?? facts.now),
  };
}

function automaticLastDay(others: readonly RecentRecovery[], now: Date): Date[] {
  return datesOf(
    others.filter(
      ({ origin, state, beganAt }) =>
        origin === 'automatic' && state !== 'awaiting_approval' && within(beganAt, now, 24 * HOUR),
    ),
  );
}

/** The plan's last step, where it was carried out and did not help. */
function failedStep(
  own: readonly RecentRecovery[],
  incident: Proposal['incident'],
): GuardFacts['failedStep'] {
  if (incident === null) return null;
  const last = own
    .filter(({ incidentId, origin }) => incidentId === incident.id && origin === 'automatic')
    .toSorted((a, b) => a.beganAt.getTime() - b.beganAt.getTime())
    .at(-1);
  return last?.state === 'failed' && last.actedAt !== null && last.endedAt !== null
    ? { action: last.action, endedAt: last.endedAt }
    : null;
}

function breakerFacts(own: readonly RecentRecovery[], action: Action): GuardFacts['breaker'] {
  const same = own.filter((one) => one.action === action.name);
  return {
    failures: same
      .filter(({ state }) => state === 'failed' || state === 'undone')
      .map(({ endedAt, beganAt }) => endedAt ?? beganAt)
      .sort((a, b) => a.getTime() - b.getTime()),
    lastSuccessAt: newest(same.filter(({ state }) => state === 'succeeded')),
  };
}

const within = (at: Date, now: Date, ms: number): boolean => now.getTime() - at.getTime() < ms;

const datesOf = (recoveries: readonly RecentRecovery[]): Date[] =>
  recoveries.map(({ beganAt }) => beganAt).sort((a, b) => a.getTime() - b.getTime());

function newest(recoveries: readonly RecentRecovery[]): Date | null {
  const ends = recoveries.map(({ endedAt, beganAt }) => (endedAt ?? beganAt).getTime());
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}

function lastBegan(own: readonly RecentRecovery[]): Partial<Record<ActionName, Date>> {
  const last: Partial<Record<ActionName, Date>> = {};
  for (const { action, beganAt } of own) {
    const known = last[action];
    if (known === undefined || known < beganAt) last[action] = beganAt;
  }
  return last;
}

/** A fault within an hour of the last is the same fault. */
function rollbacks(own: readonly RecentRecovery[], since: Date): number {
  return own.filter(
    ({ action, beganAt }) => action === 'rollback' && beganAt.getTime() >= since.getTime() - HOUR,
  ).length;
}
