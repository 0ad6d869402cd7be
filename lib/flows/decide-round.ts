import { type AfterRefusal, afterRefusal } from '../domain/decide/after-refusal.js';
import { approvalDeadline } from '../domain/decide/approval.js';
import { ruling } from '../domain/decide/guards.js';
import { type NextMove, nextMove } from '../domain/decide/next-move.js';
import { isTrouble } from '../domain/decide/premise.js';
import { levelRank } from '../domain/decide/severity.js';
import { isStillBad } from '../domain/decide/still-bad.js';
import type { Verdict } from '../domain/decide/verdict.js';
import type { Settings } from '../domain/settings.js';
import type { LastSeen } from '../store/component-state.js';
import type { ComponentView } from '../store/components.js';
import type { DecisionFacts } from '../store/decision-fact-rows.js';
import type { StoredIncident } from '../store/incidents.js';
import type { StoredRecovery } from '../store/recoveries.js';
import type { Claim, Decision } from './decision.js';
import { type Executors, executorFor } from './executor.js';
import { upstreamOf } from './fleet-graph.js';
import { providerOf } from './provider-of.js';
import { verdictsOf } from './rule-of.js';

/** All that one round of decisions rests on. */
export interface Round {
  readonly facts: DecisionFacts;
  readonly settings: Settings;
  readonly incidents: readonly StoredIncident[];
  readonly recoveries: readonly StoredRecovery[];
  readonly components: ReadonlyMap<number, ComponentView>;
  readonly seen: ReadonlyMap<number, LastSeen>;
}

type Act = Extract<NextMove, { kind: 'act' }>;

/**
 * Decide about every incident of a round, the most severe first. Pure.
 *
 * What one decision claims counts for the next: the limits hold within a round as between two.
 */
export function decideRound(platforms: Executors, round: Round): Decision[] {
  const incidents = round.incidents.toSorted(
    (a, b) =>
      levelRank(b.severity) - levelRank(a.severity) || a.openedAt.getTime() - b.openedAt.getTime(),
  );
  const decisions: Decision[] = [];
  let { facts } = round;
  for (const incident of incidents) {
    const decision = decide(platforms, { ...round, facts }, incident);
    if (decision === null) continue;
    decisions.push(decision);
    if (decision.kind === 'claim') facts = withClaim(facts, decision, round.components);
  }
  return decisions;
}

/** The facts as they are once a decision has been claimed. */
function withClaim(
  facts: DecisionFacts,
  { incident, action, approveBy }: Claim,
  components: ReadonlyMap<number, ComponentView>,
): DecisionFacts {
  const claimed = {
    id: `${incident.id}:claimed`,
    componentId: incident.componentId,
    component: incident.component,
    group: components.get(incident.componentId)?.group ?? null,
    incidentId: incident.id,
    action: action.name,
    origin: 'automatic' as const,
    state: approveBy === null ? ('planned' as const) : ('awaiting_approval' as const),
    beganAt: facts.now,
    actedAt: null,
    endedAt: null,
  };
  return { ...facts, recent: [...facts.recent, claimed] };
}

function decide(platforms: Executors, round: Round, incident: StoredIncident): Decision | null {
  const component = round.components.get(incident.componentId);
  if (component === undefined) return null;
  const recoveries = round.recoveries.filter(({ incidentId }) => incidentId === incident.id);
  let at = incident;
  for (let tried = 0; tried <= incident.plan.steps.length; tried += 1) {
    const move = nextMove({
      incident: at,
      recoveries,
      waitsFor: waitsFor(round, component),
      stillBad: outlasts(round, component.id, recoveries),
    });
    if (move.kind === 'page') return { kind: 'page', incident, why: move.why };
    if (move.kind !== 'act') return null;
    const decision = judgeMove(platforms, round, { incident: at, component, move });
    if (decision !== 'next') return decision;
    at = { ...at, step: move.step + 1 };
  }
  return null;
}

/** What lies outside a component and is waited for. */
function waitsFor({ facts, settings }: Round, component: ComponentView): string | null {
  const upstream = upstreamOf(facts, component.name, settings);
  if (upstream !== null) {
    return upstream.settledAt === null
      ? `${upstream.name} is failing`
      : `${upstream.name} is well again only since a moment ago`;
  }
  const { kind, why } = providerOf(facts, component, settings);
  return kind === 'out' ? why : null;
}

/** Whether the trouble of a component outlasts the end of its last recovery. */
function outlasts(
  { seen, settings, facts }: Round,
  componentId: number,
  recoveries: readonly StoredRecovery[],
): boolean {
  const ends = recoveries.flatMap(({ endedAt }) => endedAt?.getTime() ?? []);
  return isStillBad({
    badAt: seen.get(componentId)?.memory.badAt ?? [],
    endedAt: ends.length === 0 ? null : Math.max(...ends),
    settings,
    now: facts.now,
  });
}

/** Ask the guards about one move; `next` when its step cannot be carried out at all. */
function judgeMove(
  platforms: Executors,
  { facts, settings, seen }: Round,
  { incident, component, move }: { incident: StoredIncident; component: ComponentView; move: Act },
): Decision | 'next' {
  const { action, step, why } = move;
  const executor = executorFor(platforms, component, component.agentPresent, action.name);
  const last = seen.get(component.id) ?? null;
  const verdicts = verdictsOf(
    facts,
    {
      component,
      action,
      origin: 'automatic',
      overrides: [],
      executor,
      incident,
      rule: incident.plan.rule ?? null,
      itself: null,
      premise: null,
      seen: last,
    },
    settings,
  );
  const outcome = ruling(verdicts);
  if (outcome === 'refuse' || typeof executor !== 'string') {
    const follows = afterRefusal({ verdicts, incident, settings, now: facts.now });
    return follows.kind === 'next' ? 'next' : refused(incident, move, verdicts, follows);
  }
  const deadline = approvalDeadline({
    action: action.name,
    timeToFailureS: last?.timeToFailureS ?? null,
    settings,
    now: facts.now,
  });
  return {
    kind: 'claim',
    incident,
    step,
    action,
    executor,
    why,
    verdicts,
    premise: last !== null && isTrouble(last.premise) ? last.premise : incident.premise,
    approveBy: outcome === 'ask' ? deadline : null,
  };
}

function refused(
  incident: StoredIncident,
  { step, action }: Act,
  verdicts: readonly Verdict[],
  follows: AfterRefusal,
): Decision {
  const page = follows.kind === 'page';
  return { kind: 'refused', incident, step, action, why: follows.why, verdicts, page };
}
