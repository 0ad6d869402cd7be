import { type Forecast, HORIZONS_H } from '../../../../lib/domain/judge/foretold.js';
import { type Limits, limitsFor } from '../../../../lib/domain/metrics.js';
import { mannKendall } from '../../../../lib/domain/predict/mann-kendall.js';
import { theilSen } from '../../../../lib/domain/predict/theil-sen.js';
import { DEFAULT_SETTINGS } from '../../../../lib/domain/settings.js';
import type { Series, Window } from '../../../../lib/domain/window.js';

const HOUR_S = 3600;

/** Says what it thinks of a component from its window alone. */
export type Watcher = (window: Window, now: Date) => Forecast;

/** What is said of a crossing after some seconds: certain, as none of these methods knows better. */
function certain(crossingS: number): Forecast {
  const [one, six, day] = HORIZONS_H.map((hours) => (crossingS <= hours * HOUR_S ? 1 : 0));
  return {
    within: [one ?? 0, six ?? 0, day ?? 0],
    likelyS: Number.isFinite(crossingS) ? crossingS : null,
  };
}

/** The limits of what a window holds, by default. */
export function limitsOf({ series }: Window): Limits {
  return limitsFor(Object.keys(series), {}, DEFAULT_SETTINGS);
}

/** Seconds until a series crosses its limit; infinite when it does not. */
type Crossing = (series: Series, limit: number, now: number) => number;

/** The earliest crossing of any metric: what is customary. */
const earliest =
  (crossing: Crossing): Watcher =>
  (window, now) => {
    const found = Object.entries(limitsOf(window)).map(([metric, { fail }]) => {
      const series = window.series[metric];
      return series === undefined
        ? Number.POSITIVE_INFINITY
        : crossing(series, fail, now.getTime());
    });
    return certain(Math.min(Number.POSITIVE_INFINITY, ...found));
  };

/** The points of the last minutes: seconds before now, and values. */
function lately({ at, y }: Series, now: number, minutes: number): [number[], number[]] {
  const from = at.findIndex((instant) => instant >= now - minutes * 60_000);
  if (from < 0) return [[], []];
  return [at.slice(from).map((instant) => (instant - now) / 1000), y.slice(from)];
}

function until(level: number, slope: number, limit: number): number {
  if (level >= limit) return 0;
  return slope > 0 ? (limit - level) / slope : Number.POSITIVE_INFINITY;
}

/** Least squares over the last 15 min, as Prometheus' `predict_linear(metric[15m], horizon)`. */
export const predictLinear = earliest((series, limit, now) => {
  const [x, y] = lately(series, now, 15);
  if (x.length < 2) return Number.POSITIVE_INFINITY;
  const mean = (of: readonly number[]): number => of.reduce((sum, one) => sum + one, 0) / of.length;
  const [mx, my] = [mean(x), mean(y)];
  const sxy = x.reduce((sum, xi, i) => sum + (xi - mx) * ((y[i] ?? 0) - my), 0);
  const sxx = x.reduce((sum, xi) => sum + (xi - mx) ** 2, 0);
  const slope = sxx > 0 ? sxy / sxx : 0;
  return until(my - slope * mx, slope, limit);
});

/** A robust line over the last hour, where it rises significantly (z at least 3). */
export const robustLine = earliest((series, limit, now) => {
  const [x, y] = lately(series, now, 60);
  if (x.length < 8 || !(mannKendall(y).z >= 3)) return Number.POSITIVE_INFINITY;
  const line = theilSen(x, y);
  return line === null ? Number.POSITIVE_INFINITY : until(line.intercept, line.slope, limit);
});

/** Any metric at or over its `warn` limit. */
export const staticThreshold: Watcher = (window) => {
  const over = Object.entries(limitsOf(window)).some(
    ([metric, { warn }]) => (window.series[metric]?.y.at(-1) ?? 0) >= warn,
  );
  return certain(over ? 0 : Number.POSITIVE_INFINITY);
};
