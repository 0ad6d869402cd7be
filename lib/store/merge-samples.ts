import type { NamedSample } from './samples.js';

/** Merge samples of one component, instance and instant: the first value of a metric stays. */
export function mergeSamples(samples: readonly NamedSample[]): NamedSample[] {
  const merged = new Map<string, NamedSample>();
  for (const one of samples) {
    const key = `${one.component}\n${one.sample.instance}\n${one.sample.at.getTime()}`;
    const first = merged.get(key);
    merged.set(
      key,
      first === undefined
        ? one
        : {
            component: one.component,
            sample: { ...first.sample, values: { ...one.sample.values, ...first.sample.values } },
          },
    );
  }
  return [...merged.values()];
}
