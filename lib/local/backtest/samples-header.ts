import { isMetricName } from '../../intake/read-metrics.js';
import { quoted } from './faults.js';

/** Where the columns of a file of samples are. */
export interface SamplesHeader {
  readonly component: number;
  readonly at: number;
  /** -1 where the file has no such column. */
  readonly instance: number;
  readonly metrics: readonly { readonly name: string; readonly place: number }[];
  readonly width: number;
}

const OTHERS: readonly string[] = ['component', 'at', 'instance'];

function wrongName(names: readonly string[]): string | undefined {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return `the column ${quoted(twice)} is there twice`;
  const bad = names.find((name) => !OTHERS.includes(name) && !isMetricName(name));
  return bad === undefined
    ? undefined
    : `${quoted(bad)} is no metric name: 1 to 64 of A-Z a-z 0-9 _ . : -, a letter or _ first`;
}

/**
 * Read the first line of a file of samples.
 *
 * @returns what is wrong with it, as a text, where it cannot be used
 */
export function samplesHeader(fields: readonly string[]): SamplesHeader | string {
  const names = fields.map((field) => field.trim());
  const missing = ['component', 'at'].find((name) => !names.includes(name));
  if (missing !== undefined) {
    return `its first line must name the columns component, at, and metrics; there is no ${missing}`;
  }
  const wrong = wrongName(names);
  if (wrong !== undefined) return wrong;
  const metrics = names.flatMap((name, place) => (OTHERS.includes(name) ? [] : [{ name, place }]));
  if (metrics.length === 0) return 'it has no column of a metric beside component and at';
  return {
    component: names.indexOf('component'),
    at: names.indexOf('at'),
    instance: names.indexOf('instance'),
    metrics,
    width: names.length,
  };
}
