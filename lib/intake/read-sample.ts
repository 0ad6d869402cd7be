import { ComponentName } from '../domain/component.js';
import type { Sample } from '../domain/metrics.js';
import { isObject } from './is-object.js';
import { readMetrics } from './read-metrics.js';
import { readTime, type TimeBounds } from './read-time.js';
import { type Reading, read, refuse } from './rejection.js';

/** A sample and the name of its component. */
export interface NamedSample {
  readonly component: string;
  readonly sample: Sample;
}

/** Of whom the samples of an envelope are; nulls for samples that stand by themselves. */
export interface Sender {
  readonly component: string | null;
  readonly instance: string | null;
}

const isName = (value: unknown): value is string => ComponentName.safeParse(value).success;

function readComponent(own: unknown, sender: Sender): Reading<string> {
  const name = own ?? sender.component;
  if (name === null || name === undefined) {
    return refuse('no_component', 'the sample does not say of which component it is');
  }
  if (!isName(name)) {
    return refuse('bad_component', 'component must have 1 to 128 of A-Z a-z 0-9 . _ : -');
  }
  return sender.component === null || name === sender.component
    ? read(name)
    : refuse('other_component', `the batch is of ${sender.component}, the sample of ${name}`);
}

/** The empty text is the sender that has only one instance. */
function readInstance(own: unknown, sender: Sender): Reading<string> {
  const name = own ?? sender.instance ?? '';
  return name === '' || isName(name)
    ? read(name)
    : refuse('bad_instance', 'instance must have 1 to 128 of A-Z a-z 0-9 . _ : -');
}

/**
 * Read one sample, `{component, instance?, at?, <metric>…, metrics?: {<metric>…}}`.
 *
 * Written by hand rather than as a schema: a batch has thousands, and the code of a refusal is part of
 * the API.
 */
export function readSample(
  value: unknown,
  sender: Sender,
  bounds: TimeBounds,
): Reading<NamedSample> {
  if (!isObject(value)) return refuse('not_an_object', 'a sample must be a JSON object');
  const component = readComponent(value['component'], sender);
  if (!component.ok) return component;
  const instance = readInstance(value['instance'], sender);
  if (!instance.ok) return instance;
  const at = readTime(value['at'], bounds);
  if (!at.ok) return at;
  const values = readMetrics(value);
  if (!values.ok) return values;
  const sample = { at: at.value, instance: instance.value, values: values.value };
  return read({ component: component.value, sample });
}
