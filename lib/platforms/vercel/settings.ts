import * as z from 'zod';
import { sortedKeys } from '../../domain/sorted-keys.js';
import type { Variables } from '../platform.js';
import { differing } from '../variables.js';
import type { EdgeItem, EnvVar } from './answers.js';
import type { EnvBody } from './config-calls.js';

/** Before the name of an Edge Config's item; no environment variable is called so. */
const EDGE = 'edge_config:';

/** A variable whose value Vercel tells, without what differs each time that it is made. */
const Readable = z.object({
  value: z.string(),
  type: z.string(),
  target: z.array(z.string()),
  comment: z.string().optional(),
  customEnvironmentIds: z.array(z.string()).optional(),
});

/** A variable whose value it does not tell: known by its id and its last change. */
const Unread = z.object({ unread: z.object({ id: z.string(), updatedAt: z.number() }) });

const Edge = z.object({ value: z.json(), description: z.string() });

/** What an Edge Config's item is set to. */
export type EdgeSetting = z.infer<typeof Edge>;

/** Whether the name of a setting is that of an Edge Config's item. */
export const isEdge = (name: string): boolean => name.startsWith(EDGE);

/** The key of an Edge Config's item by the name of its setting. */
export const edgeKey = (name: string): string => name.slice(EDGE.length);

/** Whether a variable is one of production's. */
export const isProduction = ({ target, gitBranch }: EnvVar): boolean =>
  target.includes('production') && (gitBranch ?? null) === null;

/**
 * A variable as a setting's text: whatever is equal has the same text. What is kept of it is what is needed to
 * make it again, its other environments among it.
 *
 * @param value - null where Vercel does not tell it, or an integration sets it
 */
export function envText({ id, updatedAt, ...env }: EnvVar, value: string | null): string {
  if (value === null) return JSON.stringify({ unread: { id, updatedAt } });
  const { type, target, comment, customEnvironmentIds: custom } = env;
  return JSON.stringify({
    value,
    type,
    target: target.toSorted(),
    ...(comment ? { comment } : {}),
    ...(custom != null && custom.length > 0 ? { customEnvironmentIds: custom.toSorted() } : {}),
  });
}

/** The variable that a setting's text makes; null where its value is not known. */
export function envBody(key: string, text: string): EnvBody | null {
  const { data } = Readable.safeParse(JSON.parse(text));
  if (data === undefined) return null;
  const { comment, customEnvironmentIds, ...rest } = data;
  return {
    key,
    ...rest,
    ...(comment === undefined ? {} : { comment }),
    ...(customEnvironmentIds === undefined ? {} : { customEnvironmentIds }),
  };
}

/** The settings of an Edge Config, by name. */
export function edgeSettings(items: readonly EdgeItem[]): Variables {
  return Object.fromEntries(
    items.map(({ key, value, description }) => [
      `${EDGE}${key}`,
      JSON.stringify({ value: sortedKeys(value), description: description ?? '' }),
    ]),
  );
}

/** What a setting's text sets an item to. */
export const edgeSetting = (text: string): EdgeSetting => Edge.parse(JSON.parse(text));

/**
 * Names of settings that differ and that nobody can put back, since Vercel tells the value of one side or both to
 * nobody: of type `sensitive`, of an integration's own, or encrypted where the token may not decrypt.
 */
export function unreadable(one: Variables, other: Variables): string[] {
  const isUnread = (text: string | undefined): boolean =>
    text !== undefined && Unread.safeParse(JSON.parse(text)).success;
  return differing(one, other).filter(
    (name) => !isEdge(name) && (isUnread(one[name]) || isUnread(other[name])),
  );
}
