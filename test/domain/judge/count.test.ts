import { describe, expect, it } from 'vitest';
import { count } from '../../../lib/domain/judge/count.js';
import { figuresOf } from '../../../lib/domain/judge/figures.js';
import type { Story, Tick } from '../../../lib/domain/judge/foretold.js';
import { noTally } from '../../../lib/domain/judge/tally.js';

const MINUTE = 60_000;
const at = (minutes: number): number => minutes * MINUTE;
const tick = (minutes: number, p: number, likelyS: number | null = null): Tick => ({
  at: at(minutes),
  within: [p, p, p],
  likelyS,
});

const FAILING = { onsetAt: at(1000), failedAt: at(1200) };

const story = (changes: Partial<Story>): Story => ({
  startedAt: 0,
  endedAt: at(1200),
  predictable: true,
  ...FAILING,
  ...changes,
});

describe('count', () => {
  it('counts a failure that was announced, its lead, and the error of its time', () => {
    const tally = noTally();
    count(tally, story({}), [tick(1000, 0.1), tick(1150, 0.8, 6000)], 0);
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
    count(tally, story({}), [tick(1150, 0.4)], 0);
    const week = 7 * 24 * 60;
    const quiet = story({
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
    count(tally, story({}), [tick(1150, 1), tick(100, 0)], 0);
    expect(figuresOf(tally)).toMatchObject({ calibrationError: 0, brierSkill: 1 });
    count(tally, story({}), [tick(100, 1)], 0);
    expect(figuresOf(tally).calibrationError).toBeCloseTo(1 / 3, 9);
  });

  it('counts the error of the time, and the right levels, by how near the failure was', () => {
    const tally = noTally();
    const said = (minutes: number, within: Tick['within'], told: number | null): Tick => ({
      at: at(minutes),
      within,
      likelyS: told === null ? null : told * 60,
    });
    const ticks = [
      said(1050, [0.1, 0.6, 0.9], 300),
      said(1075, [0.5, 0.6, 0.9], 125),
      said(1100, [0.1, 0.6, 0.9], null),
      said(1125, [0.1, 0.2, 0.3], 75),
      said(1130, [0.8, 0.8, 0.8], 70),
      said(1150, [0.8, 0.8, 0.8], 25),
      said(1200, [1, 1, 1], 0),
    ];
    count(tally, story({}), ticks, 1);
    expect(tally.bands.map(({ ticks: all, right }) => [all, right])).toEqual([
      [1, 1],
      [4, 2],
      [0, 0],
      [0, 0],
    ]);
    const { timeError, timeErrorByBand, rightBand } = figuresOf(tally);
    expect(timeErrorByBand).toEqual([0.5, 0, null, null]);
    expect([timeError, rightBand]).toEqual([0.5, 0.6]);
  });
});
