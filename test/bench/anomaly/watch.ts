import { anomaliesOf } from '../../../lib/domain/anomaly/anomalies-of.js';
import type { AnomalyMemory } from '../../../lib/domain/anomaly/anomaly.js';
import { extendPast } from '../../../lib/domain/past/extend-past.js';
import { NO_PAST } from '../../../lib/domain/past/past.js';
import { nextPast } from '../../../lib/store/kept-past.js';
import { instant, seriesOf, windowOf } from '../../domain/series.js';

/** Points of a window, one a minute. */
const POINTS = 240;
/** Minutes between two looks. */
const EVERY = 5;
const HORIZON_S = 3600;

/** Look at a series every five minutes as sweeps do; answers the minutes at which a record was broken. */
export function firings(values: readonly number[]): number[] {
  let memory: AnomalyMemory = {};
  let past = NO_PAST;
  const minutes = new Set<number>();
  for (let end = EVERY; end <= values.length; end += EVERY) {
    const from = Math.max(0, end - POINTS);
    const line = seriesOf(values.slice(from, end));
    const series = { ...line, at: line.at.map((_, i) => instant(60 * (from + i)).getTime()) };
    const newest = instant(60 * (end - 1));
    const window = {
      ...windowOf({}),
      series: { queue_depth: series },
      lastAt: newest,
      firstAt: instant(0),
    };
    const { found, memory: next } = anomaliesOf({
      window,
      past,
      before: memory,
      horizonS: HORIZON_S,
    });
    past = nextPast(past, extendPast(past, window, { horizonS: HORIZON_S }));
    memory = next;
    for (const { firedAt } of found) {
      if (firedAt !== null) minutes.add((firedAt - instant(0).getTime()) / 60_000);
    }
  }
  return [...minutes].sort((a, b) => a - b);
}
