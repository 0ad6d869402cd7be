import { createHash } from 'node:crypto';
import { MINUTE } from '../../domain/time.js';
import type { MessageOptions } from './message-options.js';
import { type Change, type Dedup, drop, type Tables } from './tables.js';

/** How long a deduplication id is remembered, in milliseconds; a count, so never scaled. */
const WINDOW_MS = 10 * MINUTE;

/**
 * What a publication counts as the repetition of: its deduplication id, or its content (where it
 * goes, its body, its content type and forwarded headers).
 *
 * @returns `null` when the publisher asked for no deduplication
 * @see https://upstash.com/docs/qstash/features/deduplication
 */
export function dedupKey(publication: {
  readonly destination: string;
  readonly options: MessageOptions;
  readonly body: Buffer;
}): string | null {
  const { destination, options, body } = publication;
  const id = options['upstash-deduplication-id'];
  if (id !== undefined && id !== '') {
    return `id:${id}`;
  }
  if (options['upstash-content-based-deduplication']?.toLowerCase() !== 'true') {
    return null;
  }
  const headers = Object.entries(options)
    .filter(([name]) => name === 'content-type' || name.startsWith('upstash-forward-'))
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const hash = createHash('sha256')
    .update(JSON.stringify([destination, headers]))
    .update(body);
  return `content:${hash.digest('hex')}`;
}

/** The publication that is repeated, when it is no older than the window. */
export function repeated(tables: Tables, key: string | null, nowMs: number): Dedup | null {
  const dedup = key === null ? undefined : tables.dedup.get(key);
  return dedup !== undefined && nowMs - dedup.at < WINDOW_MS ? dedup : null;
}

/** Drop what is older than the window, so that the table does not grow for ever. */
export function forgetOld(tables: Tables, nowMs: number): readonly Change[] {
  const changes: Change[] = [];
  for (const [key, dedup] of tables.dedup) {
    if (nowMs - dedup.at < WINDOW_MS) {
      // Oldest first: a key is dropped before it is used again.
      break;
    }
    changes.push(drop('dedup', key));
  }
  return changes;
}
