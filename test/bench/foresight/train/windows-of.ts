import { DEFAULT_SETTINGS } from '../../../../lib/domain/settings.js';
import type { Series, Window } from '../../../../lib/domain/window.js';
import type { Scenario } from '../scenario.js';

/** What a sweep sees at an instant. */
export interface Seen {
  readonly at: number;
  readonly window: Window;
}

interface Column {
  readonly at: number[];
  readonly y: number[];
}

function columnsOf({ samples }: Scenario): Map<string, Column> {
  const columns = new Map<string, Column>();
  for (const { at, values } of samples) {
    for (const [metric, value] of Object.entries(values)) {
      const column = columns.get(metric) ?? { at: [], y: [] };
      columns.set(metric, column);
      if (at.getTime() <= (column.at.at(-1) ?? Number.NEGATIVE_INFINITY)) continue;
      column.at.push(at.getTime());
      column.y.push(value);
    }
  }
  return columns;
}

function middleGap(at: readonly number[]): number {
  const gaps = at.slice(1).map((time, i) => time - (at[i] ?? time));
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 60_000;
}

interface Walked {
  readonly metric: string;
  readonly column: Column;
  /** Place after the last point that was seen. */
  end: number;
}

/** What can be seen of one metric at an instant; null when there is nothing. */
function cutOf(walked: Walked, at: number): Series | null {
  const { windowS, windowPoints } = DEFAULT_SETTINGS;
  const { column } = walked;
  while ((column.at[walked.end] ?? Number.POSITIVE_INFINITY) <= at) walked.end += 1;
  const { end } = walked;
  let start = Math.max(0, end - windowPoints);
  while (start < end && (column.at[start] ?? 0) <= at - windowS * 1000) start += 1;
  if (start === end) return null;
  return { at: column.at.slice(start, end), y: column.y.slice(start, end), instance: [] };
}

/** The windows of a scenario, one every so often: nothing later than its instant is in any. */
export function* windowsOf(scenario: Scenario, everyMs: number): Generator<Seen> {
  const walked = [...columnsOf(scenario)].map(([metric, column]) => ({ metric, column, end: 0 }));
  const firstAt = scenario.samples[0]?.at ?? null;
  const cadenceS = middleGap(walked[0]?.column.at.slice(0, 200) ?? []) / 1000;
  const until = scenario.failedAt ?? scenario.endedAt;
  for (let at = scenario.startedAt + everyMs; at < until; at += everyMs) {
    const cuts = walked.flatMap((one): [string, Series][] => {
      const cut = cutOf(one, at);
      return cut === null ? [] : [[one.metric, cut]];
    });
    if (cuts.length === 0) continue;
    const lastAt = new Date(Math.max(...cuts.map(([, cut]) => cut.at.at(-1) ?? 0)));
    const points = Math.max(...cuts.map(([, cut]) => cut.at.length));
    const series = Object.fromEntries(cuts);
    const window = { series, cadenceS, points, lastAt, firstAt, resetAt: null, instances: [''] };
    yield { at, window };
  }
}
