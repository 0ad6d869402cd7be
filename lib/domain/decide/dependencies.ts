import { connectedParts, marksReached } from './connected-parts.js';

/** What each component depends on, by name; one that depends on nothing may be absent. */
export type DependsOn = ReadonlyMap<string, readonly string[]>;

/** Everything that can be reached from a name along edges, nearest first, itself not among it. */
function reachable(from: string, edges: DependsOn): string[] {
  const found = new Set([from]);
  for (const name of found) {
    for (const next of edges.get(name) ?? []) found.add(next);
  }
  found.delete(from);
  return [...found];
}

/**
 * The bad component that a component's trouble most likely comes from: of all that it depends on, directly or
 * through others, the nearest bad one that itself depends on nothing bad. Where bad components depend on one
 * another in a circle, the nearest of them.
 *
 * What lies between may look healthy: it may not be measured where it hurts, and to leave a component alone for
 * another's sake does less harm than to restart it for nothing.
 *
 * @returns null where nothing that it depends on is bad
 */
export function rootOf(name: string, on: DependsOn, bad: ReadonlySet<string>): string | null {
  const suspects = reachable(name, on).filter((one) => bad.has(one));
  const [first = null] = suspects;
  if (suspects.length < 2) return first;
  // Beside a suspect itself and the one that asks, a third tells that there are others.
  const reached = marksReached([name], on, (one) => bad.has(one), 3);
  const isRoot = (suspect: string): boolean =>
    [...(reached.get(suspect) ?? [])].every((one) => one === name || one === suspect);
  return suspects.find(isRoot) ?? first;
}

/** Which of some bad components depend on no other of them, directly or through others. */
export function rootsAmong(bad: readonly string[], on: DependsOn): string[] {
  const known = new Set(bad);
  const reached = marksReached(bad, on, (one) => known.has(one), 2);
  return bad.filter((name) => [...(reached.get(name) ?? [])].every((one) => one === name));
}

/** The components that depend on one another in a circle with one of them, that one among them. */
export function circleOf(name: string, on: DependsOn): ReadonlySet<string> {
  // The part of what a walk began with is the last that is complete.
  return new Set(connectedParts([name], on).at(-1));
}

/** All that a component depends on, directly or through others, nearest first. */
export function upstreamsOf(name: string, on: DependsOn): string[] {
  return reachable(name, on);
}

/** The edges turned round: who depends on each component. */
export function dependantsBy(on: DependsOn): DependsOn {
  const by = new Map<string, string[]>();
  for (const [name, upstreams] of on) {
    for (const upstream of upstreams) {
      const known = by.get(upstream);
      if (known === undefined) by.set(upstream, [name]);
      else known.push(name);
    }
  }
  return by;
}

/** All components that depend on one, directly or through others. @param by - see {@link dependantsBy} */
export function dependantsOf(name: string, by: DependsOn): string[] {
  return reachable(name, by);
}
