import type { McpMapping } from '../../domain/platform-refs/mcp.js';
import { CLOCK_SKEW_MS } from '../vendor-action.js';
import { isObject } from './arguments.js';

type McpLook = NonNullable<McpMapping['look']>;

/** How an action ended, as an entry tells it; null while it has not, or not in a word that is known. */
export type McpEnd = { readonly success: boolean; readonly word: string } | null;

/**
 * Find the entry of a recovery in what a reading tool answered: made since the first call, or marked with the
 * recovery's id, and as `where` says. Of several the oldest, which the first call has made.
 *
 * @param data - the tool's answer
 * @param since - when the first call may have begun
 * @returns undefined where there is none; null where the answer is not of the shape that the mapping names
 */
export function entryOf(
  look: McpLook,
  data: unknown,
  recoveryId: string,
  since: Date,
): Readonly<Record<string, unknown>> | undefined | null {
  const list = look.list === null ? data : valueAt(data, look.list);
  const entries = Array.isArray(list) ? list : look.list === null && isObject(list) ? [list] : null;
  if (entries === null || !entries.every(isObject)) return null;
  const from = since.getTime() - CLOCK_SKEW_MS;
  const ours = entries.filter(
    (entry) =>
      Object.entries(look.where).every(([path, value]) => valueAt(entry, path) === value) &&
      (look.marked === null || textOf(valueAt(entry, look.marked)).includes(recoveryId)) &&
      (look.created === null || instantAt(entry, look.created) >= from),
  );
  const created = look.created;
  return created === null
    ? ours[0]
    : ours.toSorted((a, b) => instantAt(a, created) - instantAt(b, created))[0];
}

/** How an entry says that the action ended. Without a word for it, an entry that is there has ended well. */
export function endOf({ ended }: McpLook, entry: Readonly<Record<string, unknown>>): McpEnd {
  if (ended === null) return { success: true, word: 'done' };
  const word = valueAt(entry, ended.at);
  const isOneOf = (words: readonly unknown[]): boolean => words.some((one) => one === word);
  if (isOneOf(ended.success)) return { success: true, word: String(word) };
  return isOneOf(ended.failed) ? { success: false, word: String(word) } : null;
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
      value,
    );
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** Milliseconds since 1970, of a time as text or as a number of seconds or milliseconds; NaN when it is none. */
function instantAt(entry: unknown, path: string): number {
  const value = valueAt(entry, path);
  if (typeof value === 'string') return Date.parse(value);
  if (typeof value !== 'number') return Number.NaN;
  // 10¹¹ s are in the year 5138, 10¹¹ ms were in 1973.
  return value > 1e11 ? value : value * 1000;
}
