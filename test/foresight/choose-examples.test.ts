import { describe, expect, it } from 'vitest';
import type { JudgedRun, Verdict } from '../../lib/domain/judge/alarm-run.js';
import { chooseExamples } from '../bench/foresight/choose-examples.js';
import type { Job, Result } from '../bench/foresight/jobs.js';

const run = (from: number, to: number, verdict: Verdict): JudgedRun => ({ from, to, verdict });

function job(kind: string, component?: string): Job {
  const base: Job = { group: 'fault', kind, seed: 'a/0', days: 1 };
  const source = { file: 'a.csv', failures: null, stretch: 1 };
  return component === undefined ? base : { ...base, real: { source, component } };
}

const result = (predictable: boolean, ...runs: JudgedRun[][]): Result => ({
  tallies: {},
  isWatched: true,
  runs,
  predictable,
});

describe('chooseExamples', () => {
  it('shows what was seen, what was missed, and what was wrong', () => {
    const jobs = [job('seen'), job('missed'), job('quiet'), job('nobody could see')];
    const results = [
      result(true, [run(0, 10, 'false'), run(100, 200, 'true')], [], []),
      result(true, [run(100, 200, 'early')], [run(100, 200, 'true')], []),
      result(false, [], [], []),
      result(false, [], [], []),
    ];
    const chosen = chooseExamples(jobs, results).map(({ job: { kind }, why, run: of }) => [
      kind,
      why,
      of?.from ?? null,
    ]);
    expect(chosen).toEqual([
      ['seen', 'seen', 100],
      ['missed', 'missed', null],
      ['seen', 'false alarm', 0],
    ]);
  });

  it('takes the longest false alarm at the nearest horizon for the worst', () => {
    const jobs = ['short', 'long', 'far', 'longest'].map((kind) => job(kind));
    const results = [
      result(false, [run(0, 10, 'false')], [], []),
      result(false, [run(0, 50, 'false')], [], []),
      result(false, [], [], [run(0, 200, 'false')]),
      result(false, [run(0, 10, 'false'), run(20, 80, 'false')], [], []),
    ];
    expect(chooseExamples(jobs, results).map(({ job: { kind } }) => kind)).toEqual([
      'longest',
      'long',
      'far',
      'short',
    ]);
  });

  it('prefers other kinds in other components', () => {
    const names = [
      ['leak', 'a'],
      ['leak', 'b'],
      ['disk', 'a'],
      ['disk', 'b'],
      ['pool', 'b'],
    ];
    const jobs = names.map(([kind = '', component]) => job(kind, component));
    const results = jobs.map(() => result(true, [run(0, 1, 'true')]));
    const chosen = chooseExamples(jobs, results).map(
      ({ job: { kind, real } }) => `${kind} in ${real?.component}`,
    );
    expect(chosen).toEqual(['leak in a', 'disk in b', 'pool in b', 'leak in b']);
  });
});
