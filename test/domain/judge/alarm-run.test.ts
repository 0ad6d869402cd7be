import { describe, expect, it } from 'vitest';
import { alarmRuns, judgeRun } from '../../../lib/domain/judge/alarm-run.js';
import type { Tick } from '../../../lib/domain/judge/foretold.js';

const MINUTE = 60_000;
const at = (minutes: number): number => minutes * MINUTE;
const tick = (minutes: number, p: number, likelyS: number | null = null): Tick => ({
  at: at(minutes),
  within: [p, p, p],
  likelyS,
});

const FAILING = { onsetAt: at(1000), failedAt: at(1200) };

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

describe('judgeRun and alarmRuns, of ticks further apart', () => {
  const tickMs = at(60);

  it('join ticks that follow one another', () => {
    const said = [tick(60, 0.9), tick(120, 0.9), tick(240, 0.9)];
    expect(alarmRuns(said, 0, tickMs)).toEqual([
      { from: at(60), to: at(120) },
      { from: at(240), to: at(240) },
    ]);
  });

  it('count an alarm at the last tick before the failure as active until it', () => {
    const run = { from: at(1080), to: at(1080) };
    expect(judgeRun(run, { ...FAILING, tickMs }, 1)).toBe('true');
    expect(judgeRun(run, FAILING, 1)).toBe('false');
  });
});
