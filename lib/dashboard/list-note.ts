import type { AdminList } from './admin-answers.js';
import type { Mark } from './words.js';

/**
 * Say why a list is not shown, or may be old; null where nothing is wrong with it.
 *
 * @param what - what the list holds, in the plural, as a sentence begins
 */
export function listNote(what: string, { items, trouble }: AdminList<unknown>): Mark | null {
  if (trouble === null) return null;
  if (trouble.status === 403) {
    return { text: `${what} are not shown: that needs a key with the scope admin.`, tone: 'none' };
  }
  const old = items === null ? '' : ' What stands here may be old.';
  return { text: `${what} could not be read. ${trouble.message}${old}`, tone: 'bad' };
}
