import type { CommonCause } from './common-cause.js';

/** Names that a sentence holds; more are counted. */
const NAMED = 10;

/** Say in one sentence what a common cause is. */
export function causeText({
  group,
  kind,
  members,
  peers,
}: Omit<CommonCause, 'beganAt' | 'calmSince'>): string {
  const names = members.slice(0, NAMED).map(({ component }) => component);
  const more = members.length > NAMED ? ` and ${members.length - NAMED} more` : '';
  const who = `${members.length} of ${peers} components of group ${group}`;
  return `one common cause is likely: ${who} rise alike in ${kind}: ${names.join(', ')}${more}`;
}
