import {
  type DependsOn,
  dependantsBy,
  dependantsOf,
  rootOf,
} from '../domain/decide/dependencies.js';
import type { GuardFacts } from '../domain/decide/facts.js';
import { interrupts } from '../domain/decide/interrupts.js';
import { type Bad, suspectsFor, type UpstreamBad } from '../domain/decide/suspects.js';
import {
  type Unsure,
  type UnsureUpstream,
  unsureUpstream,
} from '../domain/decide/unsure-upstream.js';
import type { Settings } from '../domain/settings.js';
import { HOUR, SECOND } from '../domain/time.js';
import type { DecisionFacts, RecentRecovery } from '../store/decision-fact-rows.js';

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

type Facts = Pick<
  DecisionFacts,
  'now' | 'dependencies' | 'openIncidents' | 'closedIncidents' | 'commonCauses' | 'unsureUpstreams'
>;

/** The bad component that a component's trouble comes from, be it one whose incident has only just closed; or null. */
export function upstreamOf(
  facts: Facts,
  name: string,
  { upstreamLagS, upstreamSettleS }: Pick<Settings, 'upstreamLagS' | 'upstreamSettleS'>,
): UpstreamBad | null {
  const { on } = graphOf(facts);
  const upstreamIn = (bad: readonly Bad[]): string | null => {
    const rising = facts.commonCauses.flatMap(({ members }) =>
      members.map(({ component }) => component),
    );
    return rootOf(name, on, suspectsFor(name, { on, bad, rising, lagS: upstreamLagS }));
  };
  const open = upstreamIn(facts.openIncidents);
  if (open !== null) return { name: open, settledAt: null };
  const settledAt = (closedAt: Date): number => closedAt.getTime() + upstreamSettleS * SECOND;
  const settling = facts.closedIncidents.filter(
    (one) => one.component !== name && settledAt(one.closedAt) > facts.now.getTime(),
  );
  const settled = upstreamIn([...facts.openIncidents, ...settling]);
  if (settled === null) return null;
  const ends = settling.filter(({ component }) => component === settled);
  return {
    name: settled,
    settledAt: new Date(Math.max(...ends.map((one) => settledAt(one.closedAt)))),
  };
}

const unsureKnown = new WeakMap<Facts['unsureUpstreams'], ReadonlyMap<string, Unsure>>();

/** What is unsure, with all that depends on it. */
function unsureOf(facts: Facts): ReadonlyMap<string, Unsure> {
  const found = unsureKnown.get(facts.unsureUpstreams);
  if (found !== undefined) return found;
  const { by } = graphOf(facts);
  const unsure = new Map(
    facts.unsureUpstreams.map(({ name, silentSince }) => [
      name,
      { dependants: new Set(dependantsOf(name, by)), silentSince },
    ]),
  );
  unsureKnown.set(facts.unsureUpstreams, unsure);
  return unsure;
}

/** The dependency of unknown state that a component's trouble may well come from, or null. */
export function unsureUpstreamOf(
  facts: Facts,
  name: string,
  { providerTogetherS }: Pick<Settings, 'providerTogetherS'>,
): UnsureUpstream | null {
  return unsureUpstream(name, facts.openIncidents, unsureOf(facts), providerTogetherS);
}

/** How many components depend on one, directly or through others: those with an incident, and the others. */
export function dependantsNow(facts: Facts, name: string): { bad: number; healthy: number } {
  const bad = new Set(facts.openIncidents.map(({ component }) => component));
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
