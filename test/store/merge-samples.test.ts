import { describe, expect, it } from 'vitest';
import { mergeSamples } from '../../lib/store/merge-samples.js';
import type { NamedSample } from '../../lib/store/samples.js';

/** A sample so many seconds after some instant. */
function sample(
  component: string,
  second: number,
  values: Readonly<Record<string, number>>,
  instance = '',
): NamedSample {
  const at = new Date(Date.UTC(2026, 2, 1) + second * 1000);
  return { component, sample: { at, instance, values } };
}

describe('mergeSamples', () => {
  it('keeps the first value of a metric at one instant, and adds the others', () => {
    const merged = mergeSamples([
      sample('a', 0, { cpu_usage: 1 }),
      sample('a', 0, { cpu_usage: 2, memory_usage: 3 }),
      sample('a', 0, { x: 4 }),
    ]);
    expect(merged).toEqual([sample('a', 0, { cpu_usage: 1, memory_usage: 3, x: 4 })]);
  });

  it.each([
    { what: 'components', other: () => sample('b', 0, { x: 2 }) },
    { what: 'instances', other: () => sample('a', 0, { x: 2 }, 'copy') },
    { what: 'instants', other: () => sample('a', 0.001, { x: 2 }) },
  ])('keeps $what apart', ({ other }) => {
    const both = [sample('a', 0, { x: 1 }), other()];
    expect(mergeSamples(both)).toEqual(both);
  });

  it('answers nothing for nothing', () => {
    expect(mergeSamples([])).toEqual([]);
  });
});
