import type { Screen } from '../stage/screen.js';
import type { Act } from './acts.js';
import type { Measured } from './outcome.js';

/** One look at both services. */
export interface Glance {
  readonly mine: Measured;
  readonly metrics: Readonly<Record<string, number>>;
  readonly theirs: Readonly<Record<string, number>>;
  /** How the service that is left alone failed; null before. */
  readonly failure: { readonly at: number; readonly why: string } | null;
  readonly lostAlone: number;
}

/** What the timeline's kinds are called here; other kinds are not told. */
const WORDS: Readonly<Record<string, string>> = {
  opened: 'predicted',
  escalated: 'escalated',
  refused: 'held back',
  planned: 'planned',
  acted: 'acted',
  verified: 'verified',
  failed: 'not enough',
  paged: 'asks a person',
  closed: 'closed',
};

const WIDEST = 13;
const INDENT = 25;
/** There is one instance of one component in an act: no need to name it each time. */
const NAMED = / (?:of )?instance [\w.-]+ of [\w.-]+/g;

/** Tells an act as it happens, each event once. */
export type Teller = (glance: Glance) => void;

function percent(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value)} %`;
}

/** Tell one act on a screen, with seconds since its start. */
export function createTeller(of: { act: Act; screen: Screen; startedAt: number }): Teller {
  const { act, screen, startedAt } = of;
  const { metric, metricText } = act;
  const told = new Set<string>();
  const seconds = (at: number) => `${((at - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  function once(key: string, at: number, what: string, text: string): void {
    if (told.has(key)) return;
    told.add(key);
    screen.line(`${seconds(at)}  ${what.padEnd(WIDEST)}  ${text.replace(NAMED, '')}`, INDENT);
  }
  function events({ incidents, exits, lost }: Measured): void {
    for (const { at, kind, text } of incidents.flatMap(({ timeline }) => timeline)) {
      const word = WORDS[kind];
      if (word !== undefined) once(`${at} ${kind} ${text}`, at, word, text);
    }
    for (const { at, why } of exits) once(`exit ${at}`, at, 'restarted', `the old process ${why}`);
    for (const { at, why } of lost) once(`lost ${why}`, at, 'lost', `a request: ${why}`);
  }
  return ({ mine, metrics, theirs, failure, lostAlone }) => {
    events(mine);
    if (failure !== null) once('alone', failure.at, 'left alone', failure.why);
    const own = `${metricText} ${percent(metrics[metric])}, ${mine.lost.length} of ${mine.sent} requests lost`;
    const alone = `left alone: ${percent(theirs[metric])}, ${lostAlone} lost`;
    screen.status(`${seconds(Date.now())}  ${own}; ${alone}`);
  };
}
