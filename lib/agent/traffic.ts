import { createHistogram } from 'node:perf_hooks';

/** How one request, or one call, ended. */
export interface Observation {
  /** How long it took; a number that is not finite or below 0 is counted without its time. */
  readonly ms: number;
  /** Whether it succeeded. */
  readonly ok: boolean;
}

/** Counts requests between two samples. */
export interface Traffic {
  observe(observation: Observation): void;
  /** Say that requests are counted, so that none means none rather than unknown. */
  expect(): void;
  /**
   * The metrics since the last call, and start anew: `request_count` and `request_rate` (a second) once
   * requests are counted; `error_rate` (0–1) and `latency_ms` (95th percentile) only when there were any.
   *
   * @param elapsedS - seconds since the last call, above 0
   */
  take(elapsedS: number): Record<string, number>;
}

/** Times are kept in whole microseconds, up to an hour. */
const UNIT_PER_MS = 1000;
const MOST_UNITS = 3_600_000 * UNIT_PER_MS;

/** Count requests in a histogram of fixed size (three digits), however many there are. */
export function createTraffic(): Traffic {
  const times = createHistogram({ lowest: 1, highest: MOST_UNITS, figures: 3 });
  let isCounted = false;
  let total = 0;
  let failed = 0;
  return {
    observe({ ms, ok }) {
      isCounted = true;
      total += 1;
      if (!ok) failed += 1;
      if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) return;
      times.record(Math.min(Math.max(Math.round(ms * UNIT_PER_MS), 1), MOST_UNITS));
    },
    expect() {
      isCounted = true;
    },
    take(elapsedS) {
      const values: Record<string, number> = {};
      if (isCounted) {
        values['request_count'] = total;
        values['request_rate'] = total / elapsedS;
      }
      if (total > 0) values['error_rate'] = failed / total;
      if (times.count > 0) values['latency_ms'] = times.percentile(95) / UNIT_PER_MS;
      total = 0;
      failed = 0;
      times.reset();
      return values;
    },
  };
}
