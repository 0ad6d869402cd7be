import { ruling } from '../../domain/decide/guards.js';
import { premiseHolds } from '../../domain/decide/premise.js';
import { settleS } from '../../domain/decide/settle.js';
import type { Verdict } from '../../domain/decide/verdict.js';
import type { Settings } from '../../domain/settings.js';
import { SECOND } from '../../domain/time.js';
import type { StoredRecovery } from '../../store/recoveries.js';
import type { NewRecovery } from '../../store/recovery-claims.js';
import { type IncidentUpdate, incidentAfter, isNews, refusing } from '../after-decision.js';
import { verdictsOn } from '../ask-guards.js';
import { decideRound, type Round } from '../decide-round.js';
import type { Claim, Decision } from '../decision.js';
import { newRecovery } from '../new-recovery.js';
import type { Deed } from './deed.js';
import { takeRecorded } from './recorded.js';
import { recoveryAsOf } from './recovery-as-of.js';
import type { ReplayOptions } from './watch.js';
import { factsAt, type World } from './world.js';

/**
 * Decide about the open incidents at an instant, and count what is decided as carried out.
 *
 * @param componentId - decide about this component alone
 */
export function decide(
  world: World,
  options: ReplayOptions,
  now: Date,
  componentId: number | null = null,
): Deed[] {
  const round = roundAt(world, options.settings, now, componentId);
  const decisions = decideRound(options.executors, round);
  for (const decision of decisions) update(world, incidentAfter(decision), decision);
  const claims = decisions.filter((decision) => decision.kind === 'claim');
  const begun = claims.map((claim) => begin(world, options, claim, now));
  return [
    ...decisions.flatMap((decision) => (decision.kind === 'claim' ? [] : [told(decision, now)])),
    ...begun.map((one) => carryOut(world, options, one, now)),
  ];
}

function roundAt(world: World, settings: Settings, now: Date, componentId: number | null): Round {
  const incidents = [...world.incidents.values()].filter(
    (one) => componentId === null || one.componentId === componentId,
  );
  return {
    facts: factsAt(world, now),
    settings,
    incidents,
    recoveries: world.recoveries.map((one) => recoveryAsOf(one, now)),
    components: world.components,
    seen: new Map([...world.looks].map(([id, { last }]) => [id, last])),
  };
}

/** A plan never goes back, and a person who was asked stays asked. */
function update(world: World, change: IncidentUpdate, { incident }: Decision): void {
  const open = world.incidents.get(incident.componentId);
  if (open === undefined) return;
  world.incidents.set(incident.componentId, {
    ...open,
    step: Math.max(open.step, change.step),
    needsPerson: open.needsPerson || change.needsPerson,
    refusal: change.refusal,
  });
}

/** A recovery that was decided on, and whether that is what really happened then. */
interface Begun {
  readonly recovery: StoredRecovery;
  readonly isReal: boolean;
}

/** What really came of it where it was really decided; else a new one, of which nothing has come yet. */
function begin(world: World, options: ReplayOptions, claim: Claim, now: Date): Begun {
  const real = takeRecorded(world, claim, now, options.everyMs);
  const recovery = real ?? stored(newRecovery(claim), claim.incident.component, now);
  world.recoveries = [...world.recoveries, recovery];
  return { recovery, isReal: real !== null };
}

function stored(recovery: NewRecovery, component: string, now: Date): StoredRecovery {
  return {
    ...recovery,
    component,
    target: null,
    token: 1,
    attempts: 0,
    claimedUntil: null,
    createdAt: now,
    startedAt: null,
    calledAt: null,
    actedAt: null,
    verifyAt: null,
    approvedBy: null,
    endedAt: null,
    before: null,
    after: null,
    sealed: null,
    inverse: null,
    result: null,
    error: null,
    proof: null,
  };
}

/**
 * Look at guards and premise once more, as right before a call, and count the action as carried out.
 *
 * Nobody can know how it would have ended: after its settling time it counts as one that has helped.
 * What was really carried out ended as it did.
 */
function carryOut(
  world: World,
  { executors, settings }: ReplayOptions,
  { recovery, isReal }: Begun,
  now: Date,
): Deed {
  if (isReal || recovery.approveBy !== null) return deedOf(recovery, now);
  const verdicts = verdictsNow(world, { executors, settings }, recovery, now);
  const going = ruling(verdicts) === 'go';
  const settledAt = new Date(now.getTime() + settleS(recovery.action.name, settings) * SECOND);
  const carried: StoredRecovery = going
    ? { ...recovery, state: 'succeeded', startedAt: now, actedAt: now, endedAt: settledAt }
    : { ...recovery, state: 'skipped', endedAt: now, proof: { verdicts } };
  world.recoveries = world.recoveries.map((one) => (one.id === recovery.id ? carried : one));
  return deedOf(carried, now, verdicts);
}

function verdictsNow(
  world: World,
  { executors, settings }: Pick<ReplayOptions, 'executors' | 'settings'>,
  { id, action, origin, premise, componentId }: StoredRecovery,
  now: Date,
): readonly Verdict[] {
  const component = world.components.get(componentId);
  const look = world.looks.get(componentId);
  if (component === undefined || look === undefined) return [];
  const { memory } = look.last;
  const held = premiseHolds({
    premise,
    assessment: look.assessment,
    raised: memory.raised,
    incidentOpen: true,
    probesFailed: memory.failedProbes >= settings.breachesToOpen,
    // Nobody keeps what a probe would have found then.
    probed: null,
    hanging: null,
  });
  const wish = { component, action, origin, overrides: [], itself: id };
  const looked = { ...wish, premise: held, seen: look.last };
  return verdictsOn(executors, factsAt(world, now), settings, looked).verdicts;
}

function deedOf(recovery: StoredRecovery, at: Date, verdicts: readonly Verdict[] = []): Deed {
  const { componentId, action, why, state, approveBy } = recovery;
  const guards = verdicts.filter(({ outcome }) => outcome === 'refuse');
  const kind = approveBy !== null ? 'asked' : state === 'skipped' ? 'skipped' : 'acted';
  const reasons = guards.map((one) => `${one.guard}: ${one.why}`);
  return {
    componentId,
    at,
    kind,
    action,
    why: [why, ...reasons].join('; '),
    guards: guards.map(({ guard }) => guard),
    pages: kind === 'asked',
    isNews: true,
  };
}

function told(decision: Exclude<Decision, Claim>, at: Date): Deed {
  const { incident, why } = decision;
  const { componentId } = incident;
  if (decision.kind === 'page') {
    return {
      componentId,
      at,
      kind: 'paged',
      action: null,
      why,
      guards: [],
      pages: true,
      isNews: true,
    };
  }
  const { action, verdicts, page } = decision;
  const guards = refusing(verdicts);
  const news = isNews(decision);
  return { componentId, at, kind: 'held', action, why, guards, pages: page && news, isNews: news };
}
