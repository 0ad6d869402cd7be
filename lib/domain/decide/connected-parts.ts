/** To which names each leads; one that leads nowhere may be absent. */
type Edges = ReadonlyMap<string, readonly string[]>;

/**
 * The strongly connected parts that can be reached from some names: what depends on one another in a circle is one
 * part, anything else a part of its own. Each comes after all that it leads to.
 *
 * Takes time in proportion to names and edges, and no recursion: a chain may be as long as the fleet is large.
 *
 * @see Tarjan, "Depth-first search and linear graph algorithms", 1972
 */
export function connectedParts(names: Iterable<string>, on: Edges): string[][] {
  const walk = new Walk(on);
  for (const name of names) walk.from(name);
  return walk.parts;
}

interface Step {
  readonly name: string;
  readonly edges: Iterator<string>;
}

class Walk {
  readonly parts: string[][] = [];
  readonly #on: Edges;
  /** When each name was met. */
  readonly #met = new Map<string, number>();
  /** The earliest met that a name is known to lead back to. */
  readonly #low = new Map<string, number>();
  /** Names that have not got their part yet, as met. */
  readonly #open: string[] = [];
  readonly #isOpen = new Set<string>();

  constructor(on: Edges) {
    this.#on = on;
  }

  from(start: string): void {
    if (this.#met.has(start)) return;
    const path = [this.#enter(start)];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const next = step.edges.next();
      if (next.done === true) {
        path.pop();
        this.#leave(step.name, path.at(-1)?.name);
      } else {
        path.push(...this.#follow(step.name, next.value));
      }
    }
  }

  /** What was met first is walked from, one at most. */
  #follow(name: string, next: string): Step[] {
    if (!this.#met.has(next)) return [this.#enter(next)];
    if (this.#isOpen.has(next)) this.#lower(name, this.#met.get(next));
    return [];
  }

  #enter(name: string): Step {
    const at = this.#met.size;
    this.#met.set(name, at);
    this.#low.set(name, at);
    this.#open.push(name);
    this.#isOpen.add(name);
    return { name, edges: (this.#on.get(name) ?? []).values() };
  }

  #lower(name: string, to = Number.POSITIVE_INFINITY): void {
    this.#low.set(name, Math.min(this.#low.get(name) ?? to, to));
  }

  /** What was met since the first of a part, and has no part yet, is that part. */
  #leave(name: string, before: string | undefined): void {
    const low = this.#low.get(name);
    if (before !== undefined) this.#lower(before, low);
    if (low !== this.#met.get(name)) return;
    const part = this.#open.splice(this.#open.lastIndexOf(name));
    for (const one of part) this.#isOpen.delete(one);
    this.parts.push(part);
  }
}

/**
 * Which of some marked names can be reached from each name, itself among them where it is marked; of many only a few.
 *
 * @param most - how many are told of each at most: enough of them to know that there are more
 */
export function marksReached(
  names: Iterable<string>,
  on: Edges,
  isMarked: (name: string) => boolean,
  most: number,
): ReadonlyMap<string, ReadonlySet<string>> {
  const reached = new Map<string, ReadonlySet<string>>();
  const marksOf = (name: string): readonly string[] => [
    ...(isMarked(name) ? [name] : []),
    ...(on.get(name) ?? []).flatMap((next) => [...(reached.get(next) ?? [])]),
  ];
  for (const part of connectedParts(names, on)) {
    const found = new Set([...new Set(part.flatMap(marksOf))].slice(0, most));
    for (const name of part) reached.set(name, found);
  }
  return reached;
}
