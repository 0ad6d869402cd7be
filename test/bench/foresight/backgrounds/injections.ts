import { HOUR, MINUTE } from '../../../../lib/domain/time.js';
import type { Random } from '../random.js';
import type { Failing } from './reaches.js';

/** One metric of a background into which a fault is put. */
export interface Subject {
  readonly limit: number;
  /** Its median before the onset, in its unit. */
  readonly typical: number;
}

/** A sample of the metric, at a progress of the fault: 0 and below before the onset, 1 at the ramp's end. */
export interface Point {
  readonly value: number;
  readonly x: number;
  readonly at: number;
  /** Requests that the sample is of. */
  readonly requests: number;
}

/** Changes a metric, sample by sample, as a fault would. */
export type Change = (point: Point) => number;

/** A fault that can be put into a real series. */
export interface Injection {
  /** Whether a metric is the one that the fault shows in. */
  readonly takes: (metric: string) => boolean;
  readonly fails: Failing['fails'];
  readonly change: (subject: Subject, random: Random) => Change;
}

const is = (name: string) => (metric: string) => metric === name;

const percent = (value: number): number => Math.min(100, Math.max(0, value));
const progress = (x: number): number => Math.max(0, x);

/** What must be added for a typical value to be just over its limit. */
const room = ({ limit, typical }: Subject): number => 1.02 * limit - typical;

const filling =
  (shape: number) =>
  (subject: Subject): Change =>
  ({ value, x }) =>
    percent(value + room(subject) * progress(x) ** shape);

const named = ['cpu_usage', 'memory_usage', 'disk_usage'];

/** All faults that can be put into real series, by name. */
export const INJECTIONS = {
  'linear leak': { takes: is('memory_usage'), fails: 'at once', change: filling(1) },
  'accelerating leak': {
    takes: is('memory_usage'),
    fails: 'at once',
    change: (subject, random) => filling(random.uniform(1.6, 3))(subject),
  },
  'leak under sawtooth': {
    takes: is('memory_usage'),
    fails: 'at once',
    // The teeth were there all along; only the floor under them rises.
    change: (subject, random) => {
      const height = Math.min(random.uniform(10, 22), 0.5 * Math.max(0, room(subject)));
      const every = random.logUniform(15 * MINUTE, 6 * HOUR);
      return ({ value, x, at }) =>
        percent(value + height * ((at % every) / every) + room(subject) * progress(x));
    },
  },
  'errors growing': {
    takes: is('error_rate'),
    fails: 'for five minutes',
    change: ({ limit, typical }, random) => {
      const base = Math.max(typical, 0.0005);
      const times = (1.15 * limit) / base;
      return ({ value, x, requests }) => {
        const rate = Math.min(1, value + base * (times ** progress(x) - 1));
        return x <= 0 ? value : random.binomial(requests, rate) / requests;
      };
    },
  },
  'latency creep': {
    takes: is('latency_ms'),
    fails: 'for five minutes',
    change:
      ({ limit, typical }) =>
      ({ value, x }) =>
        value * ((1.15 * limit) / typical) ** progress(x),
  },
  'pool filling': {
    takes: (metric) => metric.endsWith('_usage') && !named.includes(metric),
    fails: 'at once',
    change: filling(1),
  },
  'disk filling': { takes: is('disk_usage'), fails: 'at once', change: filling(1) },
  'processor growth': {
    takes: is('cpu_usage'),
    fails: 'for five minutes',
    change:
      ({ limit, typical }) =>
      ({ value, x }) =>
        percent(value * (1 + ((1.1 * limit) / typical - 1) * progress(x))),
  },
} as const satisfies Readonly<Record<string, Injection>>;

/** A fault that can be put into a real series. */
export type InjectionName = keyof typeof INJECTIONS;
