import { levelRank } from '../decide/severity.js';
import type { GroupNotice, Notice } from './notice.js';

/** Lines of a group's message: as many as are read. */
const LINES = 10;

/** Say what people are told of many incidents at once. Pure. */
export function groupNotice({
  covered,
  stormSince,
  isOver,
}: {
  /** Open incidents that have no message of their own. */
  readonly covered: readonly Notice[];
  readonly stormSince: Date | null;
  readonly isOver: boolean;
}): GroupNotice {
  const worst = covered.toSorted(
    (a, b) =>
      levelRank(b.severity) - levelRank(a.severity) || a.openedAt.getTime() - b.openedAt.getTime(),
  );
  const failing = covered.filter(({ kind }) => kind === 'failing').length;
  const asking = covered.filter(({ asks }) => asks !== null).length;
  const looks = covered.filter(({ kind }) => kind === 'escalation').length;
  const predicted = covered.length - failing - looks;
  const counts = `${failing} failing, ${predicted} about to fail${looks === 0 ? '' : `, ${looks} to be looked at`}`;
  return {
    headline: isOver
      ? 'It is calmer again'
      : `${covered.length} components have trouble at once: ${counts}`,
    state: isOver ? 'what is still open gets messages of its own' : stateOf(stormSince, asking),
    worst: worst.slice(0, LINES).map(line),
    severity: worst[0]?.severity ?? 'medium',
    phase: isOver ? 'closed' : 'open',
    shape: isOver
      ? 'closed'
      : [stormSince === null ? 'burst' : 'storm', failing, covered.length, asking].join('|'),
  };
}

function stateOf(stormSince: Date | null, asking: number): string {
  const waiting = asking === 0 ? [] : [`${asking} more wait for approval`];
  const storm = stormSince === null ? [] : ['automatic action has stopped until it is calm'];
  return [...storm, ...waiting, 'they share this message'].join('; ');
}

const line = ({ component, headline, severity, cause }: Notice): string =>
  `${headline.startsWith(component) ? headline : `${component}: ${headline}`} (${severity}): ${cause}`;
