import {
  type DependsOn,
  dependantsBy,
  dependantsOf,
  rootOf,
} from '../domain/decide/dependencies.js';
import type { GuardFacts } from '../domain/decide/facts.js';
import { interrupts } from '../domain/decide/interrupts.js';
import { HOUR } from '../domain/time.js';
import type { DecisionFacts, RecentRecovery } from '../store/decision-facts.js';

/** The dependencies of a fleet, both ways. */
interface Graph {
  readonly on: DependsOn;
  readonly by: DependsOn;
}

/** A round asks about hundreds of components with one set of facts. */
const known = new WeakMap<DecisionFacts['dependencies'], Graph>();

function graphOf({ dependencies }: Pick<DecisionFacts, 'dependencies'>): Graph {
  const found = known.get(dependencies);
  if (found !== undefined) return found;
  const on = new Map(dependencies.map((one) => [one.name, one.on]));
  const graph = { on, by: dependantsBy(on) };
  known.set(dependencies, graph);
  return graph;
}

type Facts = Pick<DecisionFacts, 'dependencies' | 'openIncidentComponents'>;

/** The name of the bad component that a component's trouble comes from, or null. */
export function upstreamOf(facts: Facts, name: string): string | null {
  return rootOf(name, graphOf(facts).on, new Set(facts.openIncidentComponents));
}

/** How many components depend on one, directly or through others: those that are bad, and the others. */
export function dependantsNow(facts: Facts, name: string): { bad: number; healthy: number } {
  const bad = new Set(facts.openIncidentComponents);
  const all = dependantsOf(name, graphOf(facts).by);
  const count = all.filter((one) => bad.has(one)).length;
  return { bad: count, healthy: all.length - count };
}

/** Whom an action may interrupt, and whom those of the last hour have. */
export function reachOf(
  facts: Facts & Pick<DecisionFacts, 'now'>,
  name: string,
  others: readonly RecentRecovery[],
): GuardFacts['reach'] {
  const interrupted = others.filter(
    ({ origin, state, action, beganAt }) =>
      origin === 'automatic' &&
      state !== 'awaiting_approval' &&
      interrupts(action) &&
      facts.now.getTime() - beganAt.getTime() < HOUR,
  );
  return {
    own: dependantsNow(facts, name).healthy,
    lastHour: interrupted.reduce(
      (sum, { component }) => sum + dependantsNow(facts, component).healthy,
      0,
    ),
  };
}
