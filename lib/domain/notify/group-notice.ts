import { levelRank } from '../decide/severity.js';
import type { GroupNotice, Notice } from './notice.js';

/** Lines of a group's message: as many as are read. */
const LINES = 10;

/** How many incidents are open, however few of them one pass looks at. */
export interface OpenCounts {
  readonly failing: number;
  readonly predicted: number;
}

/** What {@link groupNotice} looks at. */
export interface GroupFacts {
  /** All that is open, with and without a message of its own: the worst, where there is too much of it. */
  readonly open: readonly Notice[];
  readonly counts: OpenCounts;
  /** Of these, what has no message of its own. */
  readonly covered: readonly Notice[];
  readonly stormSince: Date | null;
  readonly isOver: boolean;
}

/** Say what people are told of many incidents at once. Pure. */
export function groupNotice(facts: GroupFacts): GroupNotice {
  const { open, counts, covered, stormSince, isOver } = facts;
  const asking = covered.filter(({ asks }) => asks !== null).length;
  const looks = open.filter(({ kind }) => kind === 'escalation').length;
  const all = counts.failing + counts.predicted + looks;
  return {
    headline: isOver ? 'It is calmer again' : headlineOf(facts, looks),
    state: isOver ? 'what is still open gets messages of its own' : stateOf(facts, asking),
    worst: covered.toSorted(byWeight).slice(0, LINES).map(line),
    severity: severityOf(facts),
    phase: isOver ? 'closed' : 'open',
    shape: isOver
      ? 'closed'
      : [stormSince === null ? 'burst' : 'storm', counts.failing, all, asking].join('|'),
  };
}

function headlineOf({ counts, stormSince }: GroupFacts, looks: number): string {
  const { failing, predicted } = counts;
  const all = failing + predicted + looks;
  if (all === 0) return stormSince === null ? 'It is calm for now' : 'Much is bad at once';
  const kinds = `${failing} failing, ${predicted} about to fail`;
  const more = looks === 0 ? '' : `, ${looks} to be looked at`;
  const what = all === 1 ? '1 component has trouble' : `${all} components have trouble at once`;
  return `${what}: ${kinds}${more}`;
}

const byWeight = (a: Notice, b: Notice): number =>
  levelRank(b.severity) - levelRank(a.severity) || a.openedAt.getTime() - b.openedAt.getTime();

/** The worst of what is open; in a storm, in which nothing is done by itself, never less than high. */
function severityOf({ open, stormSince }: GroupFacts): Notice['severity'] {
  const worst = open.toSorted(byWeight)[0]?.severity ?? 'medium';
  return stormSince !== null && worst === 'medium' ? 'high' : worst;
}

function stateOf({ covered, stormSince }: GroupFacts, asking: number): string {
  const storm = stormSince === null ? [] : ['automatic action has stopped until it is calm'];
  const waiting = asking === 0 ? [] : [`${asking} more wait for approval`];
  const shared = covered.length === 0 ? [] : [`${covered.length} of them share this message`];
  const state = [...storm, ...waiting, ...shared].join('; ');
  return state === '' ? 'what opens too often today shares this message' : state;
}

const line = ({ component, headline, severity, cause }: Notice): string =>
  `${headline.startsWith(component) ? headline : `${component}: ${headline}`} (${severity}): ${cause}`;
