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
  const isRoot = (suspect: string): boolean =>
    reachable(suspect, on).every((one) => one === name || !bad.has(one));
  return suspects.find(isRoot) ?? suspects[0] ?? null;
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
