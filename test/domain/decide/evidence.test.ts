import { describe, expect, it } from 'vitest';
import {
  type EvidenceInput,
  evidenceFacts,
  freshShare,
} from '../../../lib/domain/decide/evidence.js';
import { NO_MEMORY } from '../../../lib/domain/decide/memory.js';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { ago, healthy, leaking, NOW, series, settings, windowOf } from './build.js';

const flat = (length: number, value: number) => Array.from({ length }, () => value);
const LIMITS = limitsFor(['cpu_usage', 'error_rate', 'latency_ms'], {}, settings());

function input(changes: Partial<EvidenceInput> = {}): EvidenceInput {
  return {
    assessment: healthy(),
    window: windowOf({ cpu_usage: flat(20, 30) }),
    limits: LIMITS,
    memory: NO_MEMORY,
    settings: settings(),
    now: NOW,
    ...changes,
  };
}

describe('evidenceFacts', () => {
  it('puts together what is known of a well component', () => {
    expect(evidenceFacts(input())).toEqual({
      state: 'healthy',
      agreeing: 0,
      lastSampleAgeS: 0,
      cadenceS: 60,
      freshShare: 1,
      historyS: 7 * 86_400,
      ratioOnly: false,
      requests: null,
      breachingInARow: 0,
      failedProbes: 0,
    });
  });

  it('says nothing good of a component without samples', () => {
    const unknown = healthy({ state: 'unknown' });
    expect(evidenceFacts(input({ assessment: unknown, window: windowOf({}) }))).toMatchObject({
      state: 'unknown',
      lastSampleAgeS: null,
      freshShare: 0,
      historyS: 0,
    });
  });

  it('takes the streaks from the memory', () => {
    const memory = { ...NO_MEMORY, bad: 4, failedProbes: 2 };
    expect(evidenceFacts(input({ memory }))).toMatchObject({ agreeing: 4, failedProbes: 2 });
  });

  it.each([
    { lastAt: ago(90), lastSampleAgeS: 90 },
    { lastAt: ago(-30), lastSampleAgeS: 0 },
  ])('is $lastSampleAgeS s behind a sample at $lastAt', ({ lastAt, lastSampleAgeS }) => {
    const window = windowOf({ cpu_usage: flat(20, 30) }, { lastAt });
    expect(evidenceFacts(input({ window }))).toMatchObject({ lastSampleAgeS });
  });

  it.each([
    { what: 'errors breach', breaching: ['error_rate'], ratioOnly: true },
    { what: 'latency breaches too', breaching: ['error_rate', 'latency_ms'], ratioOnly: false },
    { what: 'nothing breaches', breaching: [], ratioOnly: false },
  ])('rests on a ratio alone when $what: $ratioOnly', ({ breaching, ratioOnly }) => {
    expect(evidenceFacts(input({ assessment: healthy({ breaching }) })).ratioOnly).toBe(ratioOnly);
  });

  it('does not rest on a ratio alone when a leak is predicted, or its probes find it down', () => {
    const both = healthy({ breaching: ['error_rate'], prediction: leaking() });
    expect(evidenceFacts(input({ assessment: both })).ratioOnly).toBe(false);
    const errors = healthy({ breaching: ['error_rate'] });
    const memory = { ...NO_MEMORY, failedProbes: 3 };
    expect(evidenceFacts(input({ assessment: errors, memory })).ratioOnly).toBe(false);
  });

  it('counts the requests of the last ten intervals', () => {
    const window = windowOf({ request_count: [...flat(20, 100), ...flat(10, 2)] });
    expect(evidenceFacts(input({ window })).requests).toBe(20);
    const none = windowOf({ request_count: flat(20, 0) });
    expect(evidenceFacts(input({ window: none })).requests).toBe(0);
  });

  it.each([
    { y: [0.2, 0.2, 0.2], run: 3 },
    { y: [0.2, 0, 0.2, 0.05], run: 2 },
    { y: [0.2, 0.2, 0.049], run: 0 },
    { y: [Number.NaN], run: 0 },
  ])('counts $run breaching samples at the end of $y', ({ y, run }) => {
    const window = windowOf({ error_rate: y, cpu_usage: flat(9, 30) });
    expect(evidenceFacts(input({ window })).breachingInARow).toBe(run);
  });

  it('ignores metrics without a limit', () => {
    const window = windowOf({ queue_depth: flat(9, 1e9) });
    expect(evidenceFacts(input({ window })).breachingInARow).toBe(0);
  });
});

describe('freshShare', () => {
  /** Every minute of the last 20, but for some. */
  function without(...missing: readonly number[]) {
    const full = series(flat(20, 30));
    const gone = missing.map((minute) => ago(minute * 60).getTime());
    const at = full.at.filter((instant) => !gone.includes(instant));
    const line = { at, y: at.map(() => 30), instance: at.map(() => '') };
    return { ...windowOf({ cpu_usage: [30] }), series: { cpu_usage: line } };
  }

  it.each([
    { missing: [], share: 1 },
    { missing: [3], share: 0.9 },
    { missing: [3, 4], share: 0.8 },
    { missing: [3, 4, 5], share: 0.7 },
    { missing: [10, 15], share: 1 },
  ])('is $share when the samples $missing min ago are missing', ({ missing, share }) => {
    expect(freshShare(without(...missing), NOW)).toBeCloseTo(share, 9);
    expect(evidenceFacts(input({ window: without(...missing) })).freshShare).toBeCloseTo(share, 9);
  });

  it.each([
    { age: 0, points: 1, share: 1 },
    { age: 119, points: 2, share: 1 },
    { age: 180, points: 2, share: 0.5 },
  ])('measures a component of $age s since its first sample', ({ age, points, share }) => {
    const window = windowOf({ cpu_usage: flat(points, 30) }, { firstAt: ago(age) });
    expect(freshShare(window, NOW)).toBe(share);
  });
});
