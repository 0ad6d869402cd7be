import { describe, expect, it } from 'vitest';
import { alarmRuns, count, figuresOf, judgeRun, noTally } from '../bench/foresight/judge.js';
import type { Scenario } from '../bench/foresight/scenario.js';
import type { Tick } from '../bench/foresight/watch-scenario.js';

const MINUTE = 60_000;
const at = (minutes: number): number => minutes * MINUTE;
const tick = (minutes: number, p: number, likelyS: number | null = null): Tick => ({
  at: at(minutes),
  within: [p, p, p],
  likelyS,
});

const FAILING = { onsetAt: at(1000), failedAt: at(1200) };

const scenario = (changes: Partial<Scenario>): Scenario => ({
  kind: 'linear leak',
  samples: [],
  startedAt: 0,
  endedAt: at(1200),
  predictable: true,
  ...FAILING,
  ...changes,
});

describe('alarmRuns', () => {
  it('joins ticks at one half or more, over gaps of half an hour', () => {
    const said = [tick(5, 0.5), tick(10, 0.4), tick(35, 0.9), tick(70, 0.5), tick(75, 0.49)];
    expect(alarmRuns(said, 0)).toEqual([
      { from: at(5), to: at(35) },
      { from: at(70), to: at(70) },
    ]);
  });
});

describe('judgeRun', () => {
  it.each([
    { name: 'an hour before', from: 1140, to: 1195, verdict: 'true' },
    { name: 'five minutes before', from: 1195, to: 1195, verdict: 'true' },
    { name: 'four minutes before', from: 1196, to: 1196, verdict: 'late' },
    { name: 'two hours before, until the end', from: 1080, to: 1195, verdict: 'true' },
    { name: 'more than four hours before', from: 900, to: 1195, verdict: 'early' },
    { name: 'long before, and over by then', from: 1010, to: 1100, verdict: 'false' },
    { name: 'before the onset alone', from: 500, to: 900, verdict: 'false' },
  ])('calls an alarm $name $verdict at one hour', ({ from, to, verdict }) => {
    expect(judgeRun({ from: at(from), to: at(to) }, FAILING, 1)).toBe(verdict);
  });

  it('calls every alarm false where nothing fails', () => {
    const run = { from: at(5), to: at(10) };
    expect(judgeRun(run, { onsetAt: null, failedAt: null }, 24)).toBe('false');
  });
});

describe('count', () => {
  it('counts a failure that was announced, its lead, and the error of its time', () => {
    const tally = noTally();
    count(tally, scenario({}), [tick(1000, 0.1), tick(1150, 0.8, 6000)], 0);
    expect(figuresOf(tally)).toMatchObject({
      precision: 1,
      recall: 1,
      f1: 1,
      falsePerWeek: 0,
      medianLeadMin: 50,
      timeError: 1,
    });
  });

  it('counts a failure that nothing announced, and the alarms of quiet weeks', () => {
    const tally = noTally();
    count(tally, scenario({}), [tick(1150, 0.4)], 0);
    const week = 7 * 24 * 60;
    const quiet = scenario({
      kind: 'healthy',
      onsetAt: null,
      failedAt: null,
      endedAt: at(week),
      predictable: false,
    });
    count(tally, quiet, [tick(100, 0.9), tick(400, 0.9)], 0);
    const { precision, recall, falsePerWeek } = figuresOf(tally);
    expect([precision, recall]).toEqual([0, 0]);
    expect(falsePerWeek).toBeCloseTo(2 / (1 + 1000 / week), 6);
  });

  it('is perfectly calibrated where what is told comes as often as it is told', () => {
    const tally = noTally();
    count(tally, scenario({}), [tick(1150, 1), tick(100, 0)], 0);
    expect(figuresOf(tally)).toMatchObject({ calibrationError: 0, brierSkill: 1 });
    count(tally, scenario({}), [tick(100, 1)], 0);
    expect(figuresOf(tally).calibrationError).toBeCloseTo(1 / 3, 9);
  });
});
