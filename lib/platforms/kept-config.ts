import * as z from 'zod';
import { AppError } from '../errors.js';
import type { Looked, Prepared, Variables } from './platform.js';
import { differing } from './variables.js';
import { refuse, type VendorStep } from './vendor-action.js';

const Kept = z.object({
  before: z.record(z.string(), z.string()),
  after: z.record(z.string(), z.string()),
});

/** The variables before an action and after it, which are stored sealed. */
export type KeptConfig = z.infer<typeof Kept>;

/** Where a vendor keeps the variables of a target. */
export interface ConfigStore {
  read(): Promise<Variables>;
  /** Make them what is given, whatever they are; safe to repeat. */
  write(variables: Variables): Promise<unknown>;
}

/** Read them. @throws {AppError} `refused` where they are not there: nobody knows what was meant */
export function keptConfig(step: VendorStep, { secret }: Pick<Prepared, 'secret'>): KeptConfig {
  const kept = Kept.safeParse(secret);
  return kept.success
    ? kept.data
    : refuse(step, 'the recovery does not say between which configurations: plan it anew');
}

/**
 * Where variables stand between the two: an attempt may have died after it had replaced them, or in the middle,
 * `partly`, where each is what it was before or what it is after.
 */
export function whereIs(
  { before, after }: KeptConfig,
  now: Variables,
): 'before' | 'partly' | 'after' | 'elsewhere' {
  const left = differing(now, after);
  const done = differing(now, before);
  if (left.length === 0) return 'after';
  if (done.length === 0) return 'before';
  return left.some((name) => done.includes(name)) ? 'elsewhere' : 'partly';
}

/** What is left to do when nothing more comes of the last call. Names what was changed, never to what. */
export function leftAt(kept: KeptConfig, now: Variables): Looked {
  const where = whereIs(kept, now);
  if (where === 'elsewhere') {
    return { kind: 'unknown', why: 'the variables are neither those before nor those after it' };
  }
  const changed = differing(now, kept.before);
  if (changed.length === 0) return { kind: 'not_done' };
  const how = where === 'after' ? 'and not live yet' : 'the others not yet';
  return { kind: 'partly', why: `changed already, ${how}: ${changed.join(', ')}` };
}

/**
 * The configuration that an undo puts back, also where what it takes back was given up half done.
 *
 * @throws {AppError} `refused` where what it takes back does not stand
 */
export function undoneConfig(
  step: VendorStep,
  undoes: Pick<Prepared, 'secret'>,
  now: Variables,
): Variables {
  const kept = keptConfig(step, undoes);
  if (['after', 'partly'].includes(whereIs(kept, now))) return kept.before;
  return refuse(
    step,
    'the variables were changed since: what it would undo does not stand any more',
  );
}

/**
 * Replace the variables, and do what makes them live.
 *
 * They are put back where any of it is refused for good: the next deployment would bring what was never
 * decided on.
 *
 * @throws {AppError} `refused` when somebody has changed them since they were looked at
 */
export async function withConfig<T>(
  step: VendorStep,
  { kept, store }: { readonly kept: KeptConfig; readonly store: ConfigStore },
  makeLive: () => Promise<T>,
): Promise<T> {
  const where = whereIs(kept, await store.read());
  if (where === 'elsewhere') refuse(step, 'the variables were changed meanwhile');
  try {
    if (where !== 'after') await store.write(kept.after);
    return await makeLive();
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'upstream_unavailable') throw error;
    await putBack(store, kept, error);
    throw error;
  }
}

/**
 * Put back what an action that is given up has changed. Reads before it writes; safe to repeat.
 *
 * @throws {AppError} `refused` when somebody has changed them since
 */
export async function takeBack(
  step: VendorStep,
  { kept, store }: { readonly kept: KeptConfig; readonly store: ConfigStore },
): Promise<void> {
  const where = whereIs(kept, await store.read());
  if (where === 'elsewhere') refuse(step, 'the variables were changed meanwhile');
  if (where !== 'before') await store.write(kept.before);
}

/** @throws {AppError} what keeps the variables from being what they were */
async function putBack(store: ConfigStore, kept: KeptConfig, cause: AppError): Promise<void> {
  try {
    if (whereIs(kept, await store.read()) !== 'before') await store.write(kept.before);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'upstream_unavailable') throw error;
    const why = `${cause.message}; and the variables could not be put back: ${error.message}`;
    throw new AppError(error.code, why);
  }
}
