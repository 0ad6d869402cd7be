import { type MetricKind, metricKind } from '../domain/metrics.js';
import { isObject } from './is-object.js';
import { quoted, type Reading, type Refusal, read, refuse } from './rejection.js';

/** Metric name to value. */
export type Values = Readonly<Record<string, number>>;

/** Metrics of one sample, at most: what a service has, a few times over. */
const MAX_METRICS = 64;

const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,63}$/;

/** What a sample has beside its metrics. */
const OTHER_FIELDS: ReadonlySet<string> = new Set(['component', 'instance', 'at', 'metrics']);

const RANGES: Readonly<Record<MetricKind, readonly [number, number]>> = {
  usage: [0, 100],
  errors: [0, 1],
  latency: [0, Number.POSITIVE_INFINITY],
  other: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
};

/** Every object answers to these names already: as a metric they would be found where there is none. */
const isBuiltIn = (name: string): boolean => name in Object.prototype;

/** Values are stored as `real`; what is smaller than it can hold is nothing. */
function stored(value: number): number {
  return Math.fround(value) === 0 ? 0 : value;
}

/** The least and the most that a metric of this name can be. */
export function rangeOf(name: string): readonly [least: number, most: number] {
  return RANGES[metricKind(name)];
}

/** Whether a text may be the name of a metric. */
export function isMetricName(name: string): boolean {
  return NAME.test(name) && !isBuiltIn(name);
}

/** Read one value of a metric: finite, within what it can be, and not larger than what is stored. */
export function readValue(name: string, value: number): Reading<number> {
  const [least, most] = rangeOf(name);
  if (!Number.isFinite(value)) return refuse('not_finite', `${name} is not a finite number`);
  if (value < least || value > most) {
    const bounds = most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    return refuse('out_of_range', `${name} must be ${bounds}, got ${value}`);
  }
  return Number.isFinite(Math.fround(value))
    ? read(stored(value))
    : refuse('out_of_range', `${name} is larger than 3.4e38`);
}

function readMetric(name: string, value: unknown, nested: boolean): Reading<number> {
  const isMetric = isMetricName(name);
  if (typeof value !== 'number') {
    return isMetric && (nested || metricKind(name) !== 'other')
      ? refuse('not_a_number', `${name} must be a number, or null where it is missing`)
      : refuse('unknown_field', `${quoted(name)} is no field of a sample, nor a number`);
  }
  if (isMetric) return readValue(name, value);
  return refuse(
    'bad_metric_name',
    `${quoted(name)} is no metric name: 1 to 64 of A-Z a-z 0-9 _ . : -, a letter or _ first`,
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** Add an object's metrics to those that were read; answers why not, or null. */
function add(values: Record<string, number>, fields: Fields, nested: boolean): Refusal | null {
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value == null || (!nested && OTHER_FIELDS.has(name))) continue;
    const metric = readMetric(name, value, nested);
    if (!metric.ok) return metric.refusal;
    if (nested && Object.hasOwn(values, name)) {
      return { code: 'duplicate_metric', detail: `${name} is there twice` };
    }
    values[name] = metric.value;
  }
  return null;
}

/**
 * Read the metrics of a sample: any number beside its other fields, and those under `metrics`.
 *
 * Null is missing. One metric that is wrong refuses the sample: its sender is mistaken about something.
 */
export function readMetrics(sample: Fields): Reading<Values> {
  const nested = sample['metrics'] ?? {};
  if (!isObject(nested)) {
    return refuse('not_an_object', 'metrics must be an object of names and numbers');
  }
  const values: Record<string, number> = {};
  const refusal = add(values, sample, false) ?? add(values, nested, true);
  if (refusal !== null) return { ok: false, refusal };
  const count = Object.keys(values).length;
  if (count > MAX_METRICS) {
    return refuse('too_many_metrics', `${count} metrics; a sample has at most ${MAX_METRICS}`);
  }
  return count > 0 ? read(values) : refuse('no_metrics', 'the sample has no metric');
}
