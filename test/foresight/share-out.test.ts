import { describe, expect, it } from 'vitest';
import { byKind } from '../bench/foresight/by-kind.js';
import { simulatedJobs, work } from '../bench/foresight/jobs.js';
import { shareOut } from '../bench/foresight/share-out.js';
import { totalOf } from '../bench/foresight/tallies.js';

const METHODS = ['reference heuristic', 'static threshold'] as const;

const jobs = simulatedJobs('share-out', 2, 1).filter(({ kind }) =>
  ['pool exhaustion', 'disk fill', 'healthy', 'spikes'].includes(kind),
);

/** Without the last digits, which depend on the order of adding. */
const rounded = (tallies: unknown): unknown =>
  JSON.parse(
    JSON.stringify(tallies, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(10)) : value,
    ),
  );

describe('shareOut', () => {
  it('comes to the same figures in one process, in two, and in the order of the jobs', async () => {
    const told: number[] = [];
    const two = await shareOut(jobs, METHODS, 2, (done) => told.push(done));
    const one = await shareOut(jobs, METHODS, 1, () => undefined);
    expect(two).toEqual(one);
    expect(two).toEqual(jobs.map((job) => work(job, METHODS)));
    expect(told).toEqual(jobs.map((_, i) => i + 1));
  });

  it('tells what was watched when a process ends before it is done', async () => {
    const [job] = jobs;
    if (job === undefined) throw new Error('no jobs');
    const unknown = [{ ...job, kind: 'no such kind' }];
    await expect(shareOut(unknown, METHODS, 1, () => undefined)).rejects.toThrow('no such kind');
  });
});

describe('byKind', () => {
  it('adds up to the same totals as the components do', () => {
    const results = jobs.map((job) => work(job, METHODS));
    const found = byKind(jobs, results, METHODS);
    expect(found.map(({ group, kind }) => `${group}: ${kind}`)).toEqual([
      'fault: pool exhaustion',
      'fault: disk fill',
      'negative: healthy',
      'negative: spikes',
    ]);
    const parts = results.map(({ tallies }) => tallies);
    const kinds = found.map(({ tallies }) => tallies);
    expect(rounded(totalOf(METHODS, kinds))).toEqual(rounded(totalOf(METHODS, parts)));
    const total = totalOf(METHODS, parts)['static threshold']?.[0];
    expect(total?.predictable).toBe(4);
    expect(total?.ticks).toBeGreaterThan(0);
  });
});
