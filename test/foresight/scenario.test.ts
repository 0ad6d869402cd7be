import { describe, expect, it } from 'vitest';
import { FAULTS, type FaultName } from '../bench/foresight/faults.js';
import { NEGATIVES, type NegativeName } from '../bench/foresight/negatives.js';
import { faulty, sound } from '../bench/foresight/scenario.js';
import { watchScenario } from '../bench/foresight/watch-scenario.js';

const MINUTE = 60_000;

describe('faulty', () => {
  it.each(Object.keys(FAULTS) as FaultName[])('%s fails after its onset', (kind) => {
    const { onsetAt, failedAt, samples } = faulty(kind, 'a-test');
    expect(failedAt ?? 0).toBeGreaterThan(onsetAt ?? Number.POSITIVE_INFINITY);
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.at(-1)?.at.getTime()).toBeLessThanOrEqual((failedAt ?? 0) + 6 * MINUTE);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(faulty('linear leak', 'one')).toEqual(faulty('linear leak', 'one'));
    expect(faulty('linear leak', 'one')).not.toEqual(faulty('linear leak', 'two'));
  });

  it('blames nobody for what nothing announces', () => {
    expect(faulty('instant deployment', 'a-test').predictable).toBe(false);
  });
});

describe('sound', () => {
  it.each(Object.keys(NEGATIVES) as NegativeName[])('%s never fails', (kind) => {
    const { failedAt, onsetAt, samples } = sound(kind, 'a-test', 2);
    expect([failedAt, onsetAt]).toEqual([null, null]);
    const values = samples.flatMap((sample) => Object.values(sample.values));
    expect(values.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
  });
});

describe('watchScenario', () => {
  it('knows nothing of the future: what comes later changes no earlier word', () => {
    const whole = faulty('linear leak', 'cut');
    const cutAt = (whole.onsetAt ?? 0) + 7 * MINUTE;
    const cut = { ...whole, samples: whole.samples.filter(({ at }) => at.getTime() <= cutAt) };
    const until = (ticks: readonly { at: number }[] | undefined) =>
      (ticks ?? []).filter(({ at }) => at <= cutAt);
    const methods = ['forestall'] as const;
    expect(until(watchScenario(cut, methods)['forestall'])).toEqual(
      until(watchScenario(whole, methods)['forestall']),
    );
  });
});
