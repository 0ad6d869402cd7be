import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../lib/domain/metrics.js';
import { DAY, MINUTE } from '../../../lib/domain/time.js';
import { inject, subjectOf } from '../../bench/foresight/backgrounds/inject.js';
import { INJECTIONS, type InjectionName } from '../../bench/foresight/backgrounds/injections.js';
import { randomOf } from '../../bench/foresight/random.js';

const NAMES = Object.keys(INJECTIONS) as InjectionName[];

/** Two days of a component that has everything, with some noise. */
function quiet(): Sample[] {
  const random = randomOf('inject');
  return Array.from({ length: (2 * DAY) / MINUTE }, (_, i) => ({
    at: new Date(Date.UTC(2026, 0, 5) + i * MINUTE),
    instance: '',
    values: {
      cpu_usage: 30 + 3 * random.normal(),
      memory_usage: 45 + random.normal(),
      error_rate: 0.002,
      latency_ms: 120 * Math.exp(0.1 * random.normal()),
      disk_usage: 60,
      db_connections_usage: 20 + random.normal(),
      request_rate: 10,
    },
  }));
}

const LIMITS: Readonly<Record<string, number>> = {
  cpu_usage: 97.5,
  memory_usage: 97.5,
  error_rate: 0.05,
  latency_ms: 5000,
  disk_usage: 98.5,
  db_connections_usage: 99.9,
};

describe('inject', () => {
  const samples = quiet();

  const injected = (name: InjectionName) => {
    const story = inject(samples, name, 'a-test');
    if (story === null) throw new Error('it came to no failure');
    const metric = subjectOf(samples, name) ?? '';
    return { ...story, metric, onset: story.onsetAt ?? 0, failure: story.failedAt ?? 0 };
  };

  it.each(NAMES)('puts %s where the series fails by itself, and nowhere else', (name) => {
    const { metric, onset, failure, samples: made } = injected(name);
    const limit = LIMITS[metric] ?? 0;
    expect(failure - onset).toBeGreaterThanOrEqual(10 * MINUTE);
    const of = (from: number, to: number): number[] =>
      made
        .filter(({ at }) => at.getTime() >= from && at.getTime() <= to)
        .map(({ values }) => values[metric] ?? Number.NaN);
    const isSudden = INJECTIONS[name].fails === 'at once';
    const breached = of(failure, isSudden ? failure : failure + 5 * MINUTE);
    expect(breached.length).toBe(isSudden ? 1 : 6);
    expect(Math.min(...breached)).toBeGreaterThanOrEqual(limit);
    const before = of(0, failure - 1);
    expect(isSudden ? Math.max(...before) : before.at(-1)).toBeLessThan(limit);
  });

  it.each(NAMES)('leaves everything but the metric of %s as it was', (name) => {
    const { metric, samples: made } = injected(name);
    const others = (values: Readonly<Record<string, number>>) => ({ ...values, [metric]: 0 });
    expect(made.map(({ values }) => others(values))).toEqual(
      samples.map(({ values }) => others(values)),
    );
  });

  it.each(NAMES.filter((name) => name !== 'leak under sawtooth'))(
    'changes nothing before the onset of %s',
    (name) => {
      const { metric, onset, samples: made } = injected(name);
      const until = (series: readonly Sample[]) =>
        series
          .filter(({ at }) => at.getTime() < onset)
          .map(({ values }) => values[metric]?.toFixed(9));
      expect(until(made)).toEqual(until(samples));
    },
  );

  it('is the same for the same seed, and another for another', () => {
    const of = (seed: string) => inject(samples, 'linear leak', seed)?.failedAt;
    expect(of('one')).toBe(of('one'));
    expect(of('one')).not.toBe(of('two'));
  });

  it('refuses what is missing, what fails anyway, and what is too short', () => {
    const only = (values: Readonly<Record<string, number>>) =>
      samples.map((sample) => ({ ...sample, values }));
    expect(inject(only({ cpu_usage: 30 }), 'linear leak', 'x')).toBeNull();
    expect(inject(only({ memory_usage: 98 }), 'linear leak', 'x')).toBeNull();
    expect(inject(samples.slice(0, 20), 'linear leak', 'x')).toBeNull();
    expect(inject([], 'linear leak', 'x')).toBeNull();
  });
});
