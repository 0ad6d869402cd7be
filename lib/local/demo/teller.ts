import type { Act } from './acts.js';
import type { ShownRecovery } from './api.js';
import type { Measured } from './outcome.js';
import type { Screen } from './screen.js';

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

const MIB = 1024 * 1024;
/** A look shows the assessment before it: one interval, and the look's own. */
const JUDGED_MS = 1500;
const WIDEST = 13;
const INDENT = 25;
/** There is one instance of one component in an act: no need to name it each time. */
const NAMED = / (?:of )?instance [\w.-]+ of [\w.-]+/g;

/** Tells an act as it happens, each event once. */
export interface Teller {
  tell(glance: Glance): void;
  /** Heap freed over the act's actions so far, MiB; null before the first. */
  freedMb(): number | null;
}

/**
 * The heap before each action less the least seen until it was judged. Of the heap the process dies; what is
 * resident follows later, when the machine has time.
 */
function freedBy(recoveries: readonly ShownRecovery[], seen: readonly Seen[]): number | null {
  if (recoveries.length === 0) return null;
  return recoveries.reduce((sum, { acted_at, ended_at }) => {
    if (acted_at === null) return sum;
    const before = seen.findLast(({ at }) => at <= acted_at)?.bytes ?? 0;
    const judgedAt = (ended_at ?? Number.POSITIVE_INFINITY) + JUDGED_MS;
    const after = seen.filter(({ at }) => at > acted_at && at <= judgedAt);
    return sum + Math.max(0, before - Math.min(...after.map(({ bytes }) => bytes))) / MIB;
  }, 0);
}

interface Seen {
  readonly at: number;
  readonly bytes: number;
}

function percent(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value)} %`;
}

/** Tell one act on a screen, with seconds since its start. */
export function createTeller(of: { act: Act; screen: Screen; startedAt: number }): Teller {
  const { act, screen, startedAt } = of;
  const { metric, metricText } = act;
  const told = new Set<string>();
  const seen: Seen[] = [];
  let recoveries: readonly ShownRecovery[] = [];
  const seconds = (at: number) => `${((at - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  function once(key: string, at: number, what: string, text: string): void {
    if (told.has(key)) return;
    told.add(key);
    screen.line(`${seconds(at)}  ${what.padEnd(WIDEST)}  ${text.replace(NAMED, '')}`, INDENT);
  }
  return {
    tell({ mine, metrics, theirs, failure, lostAlone }) {
      recoveries = mine.incidents[0]?.recoveries.slice(0, act.actions.length) ?? [];
      const bytes = metrics['heap_bytes'];
      if (bytes !== undefined) seen.push({ at: Date.now(), bytes });
      for (const { at, kind, text } of mine.incidents.flatMap((one) => one.timeline)) {
        const word = WORDS[kind];
        if (word !== undefined) once(`${at} ${kind} ${text}`, at, word, text);
      }
      for (const { at, why } of mine.exits)
        once(`exit ${at}`, at, 'restarted', `the process before ${why}`);
      for (const { at, why } of mine.lost) once(`lost ${why}`, at, 'lost', `a request: ${why}`);
      if (failure !== null) once('alone', failure.at, 'left alone', failure.why);
      const now = Date.now();
      const alone = `left alone ${percent(theirs[metric])}, ${lostAlone} lost`;
      screen.status(
        `${seconds(now)}  ${metricText} ${percent(metrics[metric])}, ${mine.sent} requests sent, ${mine.lost.length} lost; ${alone}`,
      );
    },
    freedMb: () => (metric === 'memory_usage' ? freedBy(recoveries, seen) : null),
  };
}
