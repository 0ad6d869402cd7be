import { FEATURES, type FeatureName } from './features.js';
import type { MetricFeatures } from './metric-features.js';

/** What can fail of a component: its memory is full, its disk, or it breaks an objective. */
export const FAILURES = ['memory', 'disk', 'objective'] as const;

/** A way to fail. */
export type Failure = (typeof FAILURES)[number];

/** Groups of metrics that announce each way to fail, in the order of their features. */
export const ANNOUNCED_BY = {
  memory: ['memory'],
  disk: ['disk'],
  objective: ['cpu', 'pool', 'errors', 'latency'],
} as const;

/** What a feature is where there is no such metric: nothing happens, and nothing is known. */
function absent(name: FeatureName): number {
  return name.includes('ttl') ? Math.log(300) : 0;
}

const ABSENT: readonly number[] = FEATURES.map(absent);

/** Names of the features of a way to fail, in their order. */
export function jointNames(failure: Failure): string[] {
  return ANNOUNCED_BY[failure].flatMap((group) => FEATURES.map((name) => `${group}.${name}`));
}

/** The features of all metrics that announce one way to fail, and which these are. */
export interface Joint {
  readonly failure: Failure;
  readonly features: readonly number[];
  readonly metrics: readonly MetricFeatures[];
  /** Whether any of them has points enough. */
  readonly isEnough: boolean;
}

const NOW = FEATURES.indexOf('now');

/** Of several metrics of one group the one that is farthest on its way. */
function farthest(found: readonly MetricFeatures[]): MetricFeatures | undefined {
  return found.reduce<MetricFeatures | undefined>(
    (best, one) =>
      best === undefined || (one.features[NOW] ?? 0) > (best.features[NOW] ?? 0) ? one : best,
    undefined,
  );
}

/** Put the features of a component's metrics side by side, for each way to fail that any announces. */
export function jointFeatures(found: readonly MetricFeatures[]): Joint[] {
  const joints: Joint[] = [];
  for (const failure of FAILURES) {
    const groups = ANNOUNCED_BY[failure];
    const of: (readonly number[])[] = [];
    const metrics: MetricFeatures[] = [];
    let isEnough = false;
    for (const group of groups) {
      const all = found.filter((other) => other.group === group);
      const one = farthest(all.filter(({ isEnough }) => isEnough));
      of.push(one?.features ?? ABSENT);
      metrics.push(...all);
      isEnough ||= one !== undefined;
    }
    if (metrics.length === 0) continue;
    const [first = ABSENT, ...rest] = of;
    const features = rest.length === 0 ? first : first.concat(...rest);
    joints.push({ failure, features, metrics, isEnough });
  }
  return joints;
}
