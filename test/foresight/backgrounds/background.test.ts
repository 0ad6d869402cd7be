import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { figuresOf } from '../../../lib/domain/judge/figures.js';
import { DAY, HOUR, MINUTE } from '../../../lib/domain/time.js';
import { readBackgrounds } from '../../bench/foresight/backgrounds/background.js';
import { backgroundJobs } from '../../bench/foresight/jobs.js';
import { outcomeOf } from '../../bench/foresight/outcome.js';
import { titleOf } from '../../bench/foresight/report/report.js';
import { work } from '../../bench/foresight/work.js';

const METHODS = ['static threshold'] as const;
const START = Date.UTC(2026, 0, 5);
const at = (minute: number): string => new Date(START + minute * MINUTE).toISOString();

let folder: string;
const file = (name: string): string => join(folder, name);

/** A week, of which 40 minutes are over the threshold, in two parts. */
function week(): string {
  const rows = Array.from({ length: (7 * DAY) / (5 * MINUTE) }, (_, i) => {
    const minute = 5 * i;
    const isOver = (minute >= 3000 && minute < 3020) || (minute >= 6000 && minute < 6020);
    return `shop,${at(minute)},${isOver ? 95 : 40},`;
  });
  return ['component,at,memory_usage,latency_ms', ...rows].join('\n');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backgrounds-'));
  await writeFile(
    file('short.csv'),
    `component,at,cpu_usage\nb,${at(2)},3\na,${at(1)},2\na,${at(0)},1\n`,
  );
  await writeFile(file('week.csv'), week());
  await writeFile(file('failures.csv'), `component,at\nshop,${at(3030)}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const source = (name: string, failures: string | null = null, stretch = 1) => ({
  file: file(name),
  failures: failures === null ? null : file(failures),
  stretch,
});

describe('readBackgrounds', () => {
  it('reads each component, oldest first, and leaves out what is missing', async () => {
    const [b, a] = await readBackgrounds(source('short.csv'));
    expect([a?.component, b?.component]).toEqual(['a', 'b']);
    expect(a?.samples).toEqual([
      { at: new Date(at(0)), instance: '', values: { cpu_usage: 1 } },
      { at: new Date(at(1)), instance: '', values: { cpu_usage: 2 } },
    ]);
    const [shop] = await readBackgrounds(source('week.csv', 'failures.csv'));
    expect(shop?.samples[0]?.values).toEqual({ memory_usage: 40 });
    expect(shop?.failures).toEqual([START + 3030 * MINUTE]);
  });

  it('stretches time from the first instant of the file on', async () => {
    const [b, a] = await readBackgrounds(source('short.csv', null, 60));
    const instants = [a, b].map((one) => one?.samples.map((sample) => sample.at.getTime() - START));
    expect(instants).toEqual([[0, HOUR], [2 * HOUR]]);
  });
});

describe('backgroundJobs', () => {
  it('judges a component as it is, and with each fault that it has a metric for', async () => {
    const jobs = await backgroundJobs([source('week.csv')], 'seed', 2);
    expect(jobs.map(({ group, kind }) => `${group}: ${kind}`)).toEqual([
      'background: shop',
      'injected: linear leak',
      'injected: linear leak',
      'injected: accelerating leak',
      'injected: accelerating leak',
      'injected: leak under sawtooth',
      'injected: leak under sawtooth',
    ]);
  });

  it('counts every alarm of a healthy background as false', async () => {
    const jobs = await backgroundJobs([source('week.csv')], 'seed', 0);
    const results = await Promise.all(jobs.map((job) => work(job, METHODS)));
    const { totals, judged } = outcomeOf(jobs, results, METHODS);
    expect(totals.map(titleOf)).toEqual([
      'Real backgrounds as they are: 1 component, 1.0 weeks in which nothing was wrong',
    ]);
    expect(judged).toEqual([]);
    const tally = totals[0]?.tallies['static threshold']?.[0];
    expect(tally).toMatchObject({ quietAlarms: 2, true: 0, predictable: 0 });
    expect(figuresOf(tally ?? expect.fail()).falsePerWeek).toBeCloseTo(2, 1);
  });

  it('counts an alarm before a real failure as true', async () => {
    const jobs = await backgroundJobs([source('week.csv', 'failures.csv')], 'seed', 2);
    expect(jobs).toHaveLength(1);
    const results = await Promise.all(jobs.map((job) => work(job, METHODS)));
    const tally = outcomeOf(jobs, results, METHODS).totals[0]?.tallies['static threshold']?.[0];
    expect(tally).toMatchObject({ true: 1, false: 1, predictable: 1, announced: 1 });
  });

  it('makes the same of the same seed', async () => {
    const jobs = await backgroundJobs([source('week.csv')], 'seed', 1);
    const once = await Promise.all(jobs.map((job) => work(job, METHODS)));
    expect(await Promise.all(jobs.map((job) => work(job, METHODS)))).toEqual(once);
    const leaks = once.slice(1).map(({ predictable }) => predictable);
    expect(leaks).toContain(true);
  });
});
