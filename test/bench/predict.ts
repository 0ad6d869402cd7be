import { limitsFor } from '../../lib/domain/metrics.js';
import { extendPast } from '../../lib/domain/past/extend-past.js';
import { NO_PAST, type Past } from '../../lib/domain/past/past.js';
import { predict } from '../../lib/domain/predict/predict.js';
import { DEFAULT_SETTINGS as settings } from '../../lib/domain/settings.js';
import { MINUTE } from '../../lib/domain/time.js';
import type { Window } from '../../lib/domain/window.js';
import { randomOf } from './foresight/random.js';
import { figure, figures, type Line, summary } from './table.js';

/** What a metric of a healthy service is like, and how much it scatters. */
const METRICS = {
  cpu_usage: { level: 40, scatter: 4 },
  memory_usage: { level: 60, scatter: 1 },
  error_rate: { level: 0.004, scatter: 0.001 },
  latency_ms: { level: 120, scatter: 15 },
} as const;

const NAMES = Object.keys(METRICS) as (keyof typeof METRICS)[];

const START = Date.UTC(2026, 0, 5);

/** Points of one metric, one a minute. */
const POINTS = [1440, 240, 120] as const;

/** Rounds that warm up, rounds that are measured, and predictions in each. */
const WARM = 80;
const ROUNDS = 60;
const EACH = 100;

function windowOf(points: number): Window {
  const random = randomOf(`bench/${points}`);
  const at: number[] = [];
  const instance: string[] = [];
  for (let i = 0; i < points; i += 1) {
    at.push(START + i * MINUTE);
    instance.push('');
  }
  const series = Object.fromEntries(
    NAMES.map((name) => {
      const { level, scatter } = METRICS[name];
      const y: number[] = [];
      for (let i = 0; i < points; i += 1) y.push(Math.max(0, level + scatter * random.normal()));
      return [name, { at, y, instance }];
    }),
  );
  const lastAt = new Date(at.at(-1) ?? START);
  return { series, cadenceS: 60, points, lastAt, firstAt: new Date(START), instances: [''] };
}

/** Microseconds that one call takes, in each of some rounds. */
function timed(call: () => void): number[] {
  const rounds: number[] = [];
  for (let round = 0; round < WARM + ROUNDS; round += 1) {
    const began = performance.now();
    for (let i = 0; i < EACH; i += 1) call();
    if (round >= WARM) rounds.push(((performance.now() - began) * 1000) / EACH);
  }
  return rounds;
}

/** Measure a prediction, the past's extension by the window included, beside sorting the same numbers. */
export function benchPredict(): Line[] {
  return POINTS.map((points) => {
    const window = windowOf(points);
    const limits = limitsFor(NAMES, {}, settings);
    const now = window.lastAt ?? new Date(START);
    const before: Past = extendPast(NO_PAST, window, settings);
    const predicts = timed(() => {
      const past = extendPast(before, window, settings);
      predict(window, { limits, settings, now, past });
    });
    const columns = NAMES.map((name) => Float64Array.from(window.series[name]?.y ?? []));
    const sorts = timed(() => {
      for (const column of columns) column.slice().sort();
    });
    const of = summary(predicts);
    return {
      what: `predict: ${NAMES.length} metrics × ${points} points`,
      ...figures(of, 'µs'),
      against: `sorting these numbers: ${figure(summary(sorts).median, 'µs')}`,
      ratio: (of.median / summary(sorts).median).toFixed(1),
      note: `${ROUNDS} rounds of ${EACH}`,
    };
  });
}
