import type { Job, Result } from './jobs.js';
import type { Group } from './story.js';
import { type Tallies, totalOf } from './tallies.js';

/** What was counted of all components of one kind. */
export interface Found {
  readonly group: Group;
  readonly kind: string;
  readonly tallies: Tallies;
}

/** Add up results by kind, in the order in which kinds come up. */
export function byKind(
  jobs: readonly Job[],
  results: readonly Result[],
  methods: readonly string[],
): Found[] {
  const kinds = new Map<string, Found & { readonly parts: Tallies[] }>();
  for (const [i, { group, kind }] of jobs.entries()) {
    const key = `${group}/${kind}`;
    const known = kinds.get(key) ?? { group, kind, tallies: {}, parts: [] };
    const part = results[i]?.tallies;
    if (part !== undefined) known.parts.push(part);
    kinds.set(key, known);
  }
  return [...kinds.values()].map(({ group, kind, parts }) => ({
    group,
    kind,
    tallies: totalOf(methods, parts),
  }));
}
