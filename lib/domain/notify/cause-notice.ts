import { causeText } from '../decide/cause-text.js';
import type { CommonCause } from '../decide/common-cause.js';
import type { CauseNotice } from './notice.js';

/** Say what people are to be told of a common cause. Pure. */
export function causeNotice(
  cause: CommonCause & { readonly id: string; readonly endedAt: Date | null },
): CauseNotice {
  const { id, group, kind, members, beganAt, endedAt } = cause;
  const names = members.map(({ component }) => component);
  const isOver = endedAt !== null;
  return {
    causeId: id,
    headline: isOver
      ? `Group ${group} is calm again in ${kind}`
      : `${members.length} of group ${group} rise alike in ${kind}`,
    state: isOver
      ? 'too few of them rise any more'
      : `${causeText(cause)}; a person is needed: nothing is done to those that are only predicted to fail`,
    worst: isOver ? [] : names,
    severity: 'high',
    phase: isOver ? 'closed' : 'open',
    shape: isOver ? 'closed' : names.toSorted().join('|'),
    openedAt: beganAt,
    closedAt: endedAt,
  };
}
