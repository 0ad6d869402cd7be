import { describe, expect, it } from 'vitest';
import { byKind } from '../bench/foresight/by-kind.js';
import { simulatedJobs } from '../bench/foresight/jobs.js';
import { shareOut } from '../bench/foresight/share-out.js';
import { totalOf } from '../bench/foresight/tallies.js';
import { work } from '../bench/foresight/work.js';

const METHODS = ['reference heuristic', 'static threshold'] as const;

const jobs = simulatedJobs('share-out', 1, 1).filter(({ kind }) =>
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
  it('comes to the same figures in two processes as in this one, in the order of the jobs', async () => {
    const told: number[] = [];
    const shared = await shareOut(jobs, METHODS, 2, (done) => told.push(done));
    expect(shared).toEqual(await Promise.all(jobs.map((job) => work(job, METHODS))));
    expect(told).toEqual(jobs.map((_, i) => i + 1));
  }, 240_000);

  it('tells what was watched when that fails', async () => {
    const [job] = jobs;
    if (job === undefined) throw new Error('no jobs');
    const unknown = [{ ...job, kind: 'no such kind' }];
    await expect(shareOut(unknown, METHODS, 1, () => undefined)).rejects.toThrow(
      'watching no such kind failed: Error: no such kind',
    );
  });
});

describe('byKind', () => {
  it('adds up to the same totals as the components do', async () => {
    const results = await Promise.all(jobs.map((job) => work(job, METHODS)));
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
    expect(total?.predictable).toBe(2);
    expect(total?.ticks).toBeGreaterThan(0);
  });
});
