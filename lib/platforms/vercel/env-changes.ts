import type { Variables } from '../platform.js';
import { differing, textOf } from '../variables.js';
import { refuse } from '../vendor-action.js';
import type { EnvVar } from './answers.js';
import type { EnvBody } from './config-calls.js';
import { type VercelConfig, valuesOf } from './read-config.js';
import { envBody, isEdge, isProduction } from './settings.js';
import type { VercelStep } from './vercel-action.js';

/** What is done to one variable. */
export type EnvChange =
  | { readonly kind: 'create'; readonly body: EnvBody }
  | { readonly kind: 'edit'; readonly id: string; readonly body: Partial<Omit<EnvBody, 'key'>> }
  | { readonly kind: 'remove'; readonly id: string };

/** Variables of a project, whatever they are for. */
type Listed = Pick<VercelConfig, 'listed' | 'settings'>;

/**
 * Say what makes production's variables what is wanted; changes nothing. What other environments have by
 * themselves is neither taken away nor overwritten: a variable that leaves production stays where else it is, and one
 * that comes back to it is widened again only where it says the same.
 *
 * @throws {AppError} `refused` where a value is not known, or another variable of that name stands in the way
 */
export async function envChanges(
  step: VercelStep,
  { listed, settings }: Listed,
  wanted: Variables,
): Promise<readonly EnvChange[]> {
  const changes: EnvChange[] = [];
  for (const name of differing(settings, wanted).filter((one) => !isEdge(one))) {
    const own = listed.filter(({ key }) => key === name);
    const text = textOf(wanted, name);
    const change = text === undefined ? leave(own) : await become(step, own, { name, text });
    if (change !== null) changes.push(change);
  }
  return changes;
}

/** Out of production; away altogether only where it is for nothing else. */
function leave(own: readonly EnvVar[]): EnvChange | null {
  const now = own.find(isProduction);
  if (now === undefined) return null;
  const target = now.target.filter((one) => one !== 'production');
  return target.length === 0 && (now.customEnvironmentIds ?? []).length === 0
    ? { kind: 'remove', id: now.id }
    : { kind: 'edit', id: now.id, body: { target } };
}

async function become(
  step: VercelStep,
  own: readonly EnvVar[],
  { name, text }: { readonly name: string; readonly text: string },
): Promise<EnvChange> {
  const wanted = envBody(name, text) ?? refuse(step, `the value of ${name} is not known`);
  const now = own.find(isProduction);
  const inWay = own.filter((one) => one !== now && overlaps(one, wanted));
  const [narrowed] = inWay;
  const { key: _, comment = '', ...rest } = wanted;
  const body = { ...rest, comment };
  if (narrowed === undefined) {
    return now === undefined
      ? { kind: 'create', body: wanted }
      : { kind: 'edit', id: now.id, body };
  }
  const isSame =
    now === undefined && inWay.length === 1 && (await isPartOf(step, narrowed, wanted));
  if (isSame) return { kind: 'edit', id: narrowed.id, body };
  const where = narrowed.target.join(' and ') || 'a custom environment';
  return refuse(step, `${name} has a value of its own for ${where} by now: it is not overwritten`);
}

/** Whether Vercel would refuse the one beside the other. */
const overlaps = ({ target, customEnvironmentIds, gitBranch }: EnvVar, wanted: EnvBody): boolean =>
  (gitBranch ?? null) === null &&
  (target.some((one) => wanted.target.includes(one)) ||
    (customEnvironmentIds ?? []).some((one) => wanted.customEnvironmentIds?.includes(one)));

/** Whether a variable says what is wanted, and is for nothing else. */
async function isPartOf({ calls }: VercelStep, env: EnvVar, wanted: EnvBody): Promise<boolean> {
  const within =
    env.target.every((one) => wanted.target.includes(one)) &&
    (env.customEnvironmentIds ?? []).every((one) => wanted.customEnvironmentIds?.includes(one));
  if (!within) return false;
  return (await valuesOf(calls, [env])).get(env.id) === wanted.value;
}
