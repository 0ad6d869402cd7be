import type { Component } from '../domain/component.js';
import type { GuardFacts } from '../domain/decide/facts.js';
import { isInFlight } from '../domain/decide/recovery-states.js';
import type { DecisionFacts, RecentRecovery } from '../store/decision-fact-rows.js';
import { dependantsNow } from './fleet-graph.js';

/**
 * Whether another recovery goes before one that looks at itself: what has begun does; of two that have
 * not the older one, or each would wait for the other.
 */
export function goesFirst({ recent }: DecisionFacts, itself: string | null) {
  const own = recent.find(({ id }) => id === itself);
  return ({ id, state, beganAt }: RecentRecovery): boolean => {
    if (own === undefined || state !== 'planned') return true;
    if (own.state !== 'planned') return false;
    const apart = beganAt.getTime() - own.beganAt.getTime();
    return apart === 0 ? id < own.id : apart < 0;
  };
}

/** What is under way in a component, in its group, and in the whole fleet. Pure. @param others - without the proposal itself */
export function inFlightFacts(
  facts: DecisionFacts,
  component: Pick<Component, 'id' | 'name' | 'group'>,
  others: readonly RecentRecovery[],
): Pick<GuardFacts, 'inFlight' | 'fleet'> {
  const inFlight = others.filter(({ state }) => isInFlight(state));
  // What waits for a person's word is not under way: it must not keep others from being healed.
  const underWay = inFlight.filter(({ state }) => state !== 'awaiting_approval');
  const ids = new Set(underWay.map(({ componentId }) => componentId));
  ids.delete(component.id);
  return {
    inFlight: {
      component: inFlight.some(({ componentId }) => componentId === component.id),
      groupMember: groupMember(underWay, component),
    },
    fleet: {
      components: facts.components,
      inRecovery: ids.size,
      bad: facts.bad,
      badDependants: Math.min(facts.bad, dependantsNow(facts, component.name).bad),
      stormSince: facts.stormSince,
      calmSince: facts.calmSince,
    },
  };
}

function groupMember(
  inFlight: readonly RecentRecovery[],
  { id, group }: Pick<Component, 'id' | 'group'>,
): string | null {
  if (group === null) return null;
  const member = inFlight.find((one) => one.group === group && one.componentId !== id);
  return member?.component ?? null;
}
