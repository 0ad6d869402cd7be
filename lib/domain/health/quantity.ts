import { metricKind } from '../metrics.js';

/** A metric's value as a person reads it, with its unit: `85.0%`, `3500 ms`, `12.35`. */
export function quantity(metric: string, value: number): string {
  const kind = metricKind(metric);
  if (kind === 'usage') return `${value.toFixed(1)}%`;
  if (kind === 'errors') return `${(100 * value).toFixed(1)}%`;
  return kind === 'latency' ? `${Math.round(value)} ms` : String(Number(value.toPrecision(4)));
}

/** A span of time as a person reads it: `45 s`, `27 min`, `3.4 h`, `2.5 days`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
}
