import type { ShownIncident } from '../stage/api.js';
import type { Load } from '../stage/load.js';
import type { Screen } from '../stage/screen.js';
import type { Fault } from './faults.js';

/** What the timeline's kinds are called here; other kinds are not told. */
const WORDS: Readonly<Record<string, string>> = {
  opened: 'incident',
  cause: 'cause',
  refused: 'held back',
  acted: 'acted',
  verified: 'verified',
  failed: 'not enough',
  paged: 'asks',
  closed: 'closed',
};

const INDENT = 33;
const MOST = 150;

/** Tells a fault as it goes on, each event once. */
export type Teller = (incidents: readonly ShownIncident[], load: Load) => void;

/** Tell what happens on a screen, with seconds since the fault came in. */
export function createTeller(of: {
  readonly fault: Fault;
  readonly screen: Screen;
  readonly startedAt: number;
}): Teller {
  const { screen, startedAt } = of;
  const told = new Set<string>();
  const seconds = (at: number) => `${((at - startedAt) / 1000).toFixed(1).padStart(6)} s`;
  return (incidents, load) => {
    const events = incidents.flatMap(({ component, timeline }) =>
      timeline.map((event) => ({ component, ...event })),
    );
    for (const { component, at, kind, text } of events.toSorted((a, b) => a.at - b.at)) {
      const word = WORDS[kind];
      const key = `${component} ${at} ${kind} ${text}`;
      if (word === undefined || told.has(key)) continue;
      told.add(key);
      const short = text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
      screen.line(`${seconds(at)}  ${component.padEnd(8)}  ${word.padEnd(10)}  ${short}`, INDENT);
    }
    const lost = load.lost.filter(({ sentAt }) => sentAt >= startedAt).length;
    screen.status(`${seconds(Date.now())}  ${lost} requests lost`);
  };
}
