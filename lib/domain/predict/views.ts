import type { MetricKind } from '../metrics.js';
import { drops, floors } from './drops.js';
import { quantile } from './robust.js';
import type { Rules, View } from './view.js';

/** One metric's points, as the views are made from them. */
export interface Trace {
  readonly kind: MetricKind;
  /** Seconds relative to the present instant, increasing. */
  readonly t: readonly number[];
  readonly y: readonly number[];
  /** The `fail` limit, in the metric's unit. */
  readonly limit: number;
  /** Time constant of the errors' exponentially weighted mean, seconds. */
  readonly smoothS: number;
  /** Index after the last run of failing points. */
  readonly survivedFrom: number;
}

/**
 * Added to an error ratio before its logarithm is taken, so that no errors at all is a finite
 * level: three in ten thousand, where the study behind ARCHITECTURE.md ("Prediction") put it.
 */
const ERROR_FLOOR = 3e-4;

/**
 * Usage from 60 % of its limit on, eight points, z ≥ 3.2 (one chance in 1,500): the fast path of the
 * same study, which warned in time of real crashes within two hours of a service's first sample.
 */
const USAGE: Rules = { minShare: 0.6, minPoints: 8, minZ: 3.2, minRise: 0 };
/**
 * A tooth's floor stands for the whole tooth: five in perfect order (z = 2.2) already mean
 * something.
 */
const FLOOR: Rules = { minShare: 0.6, minPoints: 5, minZ: 2.2, minRise: 0 };
/** Errors, latency and CPU follow demand, which rises and turns within minutes: 12 points. */
const DEMAND: Rules = { minShare: 0.6, minPoints: 12, minZ: 3.2, minRise: 0 };
/**
 * Half of a logarithmic way is a tenth of the limit or less: early enough. The rise must be a
 * doubling at least, which is what the contract's reason says.
 */
const LOG: Rules = { minShare: 0.5, minPoints: 12, minZ: 3.2, minRise: Math.log10(2) };

/**
 * Any latency that doubles looks like a queue half full: only one of about five times its base is
 * believed to be one.
 */
const QUEUE: Rules = { ...DEMAND, minShare: 0.8 };

/** Exponentially weighted mean that knows uneven gaps. */
function smoothed(t: readonly number[], y: readonly number[], constantS: number): number[] {
  let mean = y[0] ?? 0;
  return y.map((value, index) => {
    const gap = (t[index] ?? 0) - (t[index - 1] ?? t[index] ?? 0);
    mean += (1 - Math.exp(-gap / constantS)) * (value - mean);
    return mean;
  });
}

const same = (x: number): number => x;

function level(trace: Trace, x: readonly number[], rules: Rules): View {
  const { t, y, limit, survivedFrom } = trace;
  return {
    name: 'level',
    t,
    x,
    raw: y,
    limit,
    origin: 0,
    from: 0,
    survivedFrom,
    rules,
    unit: same,
  };
}

function usageViews(trace: Trace, rules: Rules): View[] {
  const { t, y, limit } = trace;
  const at = drops(y, limit);
  const whole = level(trace, y, rules);
  const current: View = { ...whole, from: at.at(-1) ?? 0 };
  if (at.length < FLOOR.minPoints) return [current];
  const low = floors(y, at);
  const x = low.map((index) => y[index] ?? 0);
  const floor: View = {
    ...whole,
    name: 'floor',
    t: low.map((index) => t[index] ?? 0),
    x,
    raw: x,
    survivedFrom: low.filter((index) => index < trace.survivedFrom).length,
    rules: FLOOR,
  };
  return [current, floor];
}

function errorViews(trace: Trace): View[] {
  const { t, y, smoothS, limit } = trace;
  const mean = smoothed(t, y, smoothS);
  const log = (ratio: number): number => Math.log10(ratio + ERROR_FLOOR);
  const linear = level(trace, mean, { ...DEMAND, minRise: 0.5 * limit });
  return [
    {
      ...linear,
      name: 'log',
      x: mean.map(log),
      raw: y.map(log),
      limit: log(limit),
      origin: log(0),
      rules: LOG,
      unit: (x) => 10 ** x - ERROR_FLOOR,
    },
    linear,
  ];
}

function latencyViews(trace: Trace): View[] {
  const linear = level(trace, trace.y, DEMAND);
  const base = quantile(trace.y, 0.1);
  if (!(base > 0 && base < trace.limit && trace.y.every((ms) => ms > 0))) return [linear];
  const log = trace.y.map(Math.log10);
  const queue = trace.y.map((ms) => 1 - base / ms);
  return [
    {
      ...linear,
      name: 'log',
      x: log,
      raw: log,
      limit: Math.log10(trace.limit),
      origin: Math.log10(base),
      rules: LOG,
      unit: (x) => 10 ** x,
    },
    {
      ...linear,
      name: 'queue',
      x: queue,
      raw: queue,
      limit: 1 - base / trace.limit,
      rules: QUEUE,
      unit: (x) => base / Math.max(1 - x, 1e-9),
    },
    linear,
  ];
}

/**
 * See one metric in the domains in which its kind fails along a straight line.
 *
 * Usage goes straight to its limit, on its floor where it saws; an exponential growth of errors or
 * latency is straight in the logarithm; the latency of a queue that fills, `base / (1 −
 * utilisation)`, is straight in `1 − base / latency`, with the window's 10th percentile as base.
 * Unknown kinds have no domain, hence no forecast.
 *
 * @param followsDemand - whether the metric rises and falls with traffic, as CPU does
 * @see Kleinrock, "Queueing Systems" vol. 1 (1975), 3.2, for the M/M/1 queue
 */
export function views(trace: Trace, followsDemand: boolean): View[] {
  if (trace.kind === 'usage') return usageViews(trace, followsDemand ? DEMAND : USAGE);
  if (trace.kind === 'errors') return errorViews(trace);
  return trace.kind === 'latency' ? latencyViews(trace) : [];
}
