import type { Variables } from './platform.js';

/** What stands for a value in everything that is shown or stored in plain. */
const MASK = '***';

/** Variables by name, as they may be shown: a mask where one is set, null where it is not. */
export type Masked = Readonly<Record<string, string | null>>;

/** Names of the variables that two configurations do not share, or set otherwise; sorted. */
export function differing(one: Variables, other: Variables): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].filter((name) => textOf(one, name) !== textOf(other, name)).toSorted();
}

/** Show which of some variables a configuration sets. */
export function masked(variables: Variables, names: readonly string[]): Masked {
  return Object.fromEntries(
    names.map((name) => [name, textOf(variables, name) === undefined ? null : MASK]),
  );
}

/** What a variable is set to; undefined where it is not set, also where it is called like a member of every object. */
export const textOf = (variables: Variables, name: string): string | undefined =>
  Object.hasOwn(variables, name) ? variables[name] : undefined;
