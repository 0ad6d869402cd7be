import { AppError } from '../errors.js';

/** Longest part of a path that can be a name or an id, decoded. */
const MAX_PART = 256;

const UNSAFE = /[/\\\p{Cc}]/u;

function decodedPart(part: string): string {
  let text: string;
  try {
    text = decodeURIComponent(part);
  } catch (cause) {
    throw new AppError('invalid', 'the path is not encoded correctly', { cause });
  }
  if (text.length > MAX_PART || UNSAFE.test(text)) {
    throw new AppError('invalid', 'the path holds a part that can be no name');
  }
  return text;
}

const notFound = (): AppError => new AppError('not_found', 'there is nothing at this path');

/**
 * Read what follows a prefix in the path that was asked for, decoded part by part.
 *
 * The query is never looked at: a rewrite copies parts of the path there, and so can a caller.
 *
 * @param prefix - without a slash at its end, e.g. `/api/incidents`
 * @returns the parts; none when the path is the prefix
 * @throws {AppError} `not_found` for an empty part or another path, `invalid` for one that is encoded
 * wrongly, holds a slash or a control character, or is too long
 */
export function pathParts(url: URL, prefix: string): string[] {
  if (url.pathname === prefix) return [];
  if (!url.pathname.startsWith(`${prefix}/`)) throw notFound();
  const parts = url.pathname.slice(prefix.length + 1).split('/');
  if (parts.includes('')) throw notFound();
  return parts.map(decodedPart);
}

/**
 * Read the one id or name that follows a prefix in the path, or null when nothing follows.
 *
 * @throws {AppError} as {@link pathParts}, and `not_found` when more follows
 */
export function pathId(url: URL, prefix: string): string | null {
  const [id = null, ...more] = pathParts(url, prefix);
  if (more.length > 0) throw notFound();
  return id;
}
