import * as z from 'zod';
import type { Variables } from '../platform.js';
import { differing, textOf } from '../variables.js';
import type { Machine } from './answers.js';

/** What each of some variables is changed from and to; null is not set. Holds values: sealed wherever it is kept. */
export const VariableChanges = z.record(
  z.string(),
  z.object({ from: z.string().nullable(), to: z.string().nullable() }),
);
export type VariableChanges = z.infer<typeof VariableChanges>;

/** Which end of a change. */
type End = 'from' | 'to';

/** The variables of a machine's configuration, or of one that it had. */
export const variablesOf = ({ env }: Pick<Machine['config'], 'env'>): Variables => env ?? {};

/** What leads from one configuration to another: nothing of what they share. */
export function changesBetween(from: Variables, to: Variables): VariableChanges {
  const names = differing(from, to);
  return Object.fromEntries(
    names.map((name) => {
      return [name, { from: textOf(from, name) ?? null, to: textOf(to, name) ?? null }];
    }),
  );
}

/** What leads back. */
export const inverted = (changes: VariableChanges): VariableChanges =>
  Object.fromEntries(
    Object.entries(changes).map(([name, { from, to }]) => [name, { from: to, to: from }]),
  );

/** Whether the variables that are changed stand at one end; of others nothing is asked. */
export const standsAt = (variables: Variables, changes: VariableChanges, end: End): boolean =>
  Object.entries(changes).every(
    ([name, change]) => (textOf(variables, name) ?? null) === change[end],
  );

/** A machine's own variables with the changes made; what is its own alone stays. */
export function changed(variables: Variables, changes: VariableChanges): Variables {
  const kept = Object.entries(variables).filter(([name]) => !Object.hasOwn(changes, name));
  const set = Object.entries(changes).flatMap(([name, { to }]): [string, string][] =>
    to === null ? [] : [[name, to]],
  );
  return Object.fromEntries([...kept, ...set]);
}
