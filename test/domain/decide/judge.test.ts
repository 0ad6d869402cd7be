import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment.js';
import { judge } from '../../../lib/domain/decide/judge.js';
import type { JudgeInput } from '../../../lib/domain/decide/judgement.js';
import { limitsFor } from '../../../lib/domain/metrics.js';
import { ago, healthy, leaking, leakPremise, NOW, quiet, settings } from './build.js';

function input(changes: Partial<JudgeInput> = {}): JudgeInput {
  return {
    premise: leakPremise(),
    after: healthy(),
    successRatio: 0.99,
    freshSamples: 3,
    reported: { kind: 'done' },
    probe: null,
    waitedS: 0,
    actedAt: ago(60),
    limits: limitsFor(['cpu_usage', 'memory_usage', 'error_rate', 'latency_ms'], {}, settings()),
    undoable: false,
    settings: settings(),
    ...changes,
  };
}

const predicts = (probability: number, level: 'critical' | 'high' | 'medium' | null = null) =>
  healthy({ prediction: quiet({ probability, level }) });

const ANY_AFTER = fc.record({
  state: fc.constantFrom('healthy', 'degraded', 'failing', 'unknown'),
  probability: fc.double({ min: 0, max: 1, noNaN: true }),
  critical: fc.boolean(),
  successRatio: fc.double({ min: 0.9, max: 1, noNaN: true }),
  freshSamples: fc.nat(6),
});

describe('judge', () => {
  it('succeeds when the failure recedes and requests succeed, with the numbers as proof', () => {
    const judged = judge(input());
    expect(judged).toMatchObject({
      kind: 'succeeded',
      proof: {
        verdict: 'succeeded',
        acted_at: '2026-03-01T11:59:00.000Z',
        judged_at: '2026-03-01T12:00:00.000Z',
        before: { probability: 0.8, level: 'critical', score: 80, metrics: { memory_usage: 82 } },
        after: { probability: 0.02, level: null, score: 100, metrics: { memory_usage: 40 } },
        success_ratio: 0.99,
        success_ratio_needed: 0.95,
        fresh_samples: 3,
      },
    });
    expect(judged.why).toBe(
      'the probability is 0.02 after 0.8; success ratio 0.99 of at least 0.95',
    );
  });

  it('keeps a proof that survives JSON', () => {
    const judged = judge(input());
    if (judged.kind === 'wait') throw new Error('it should have ended');
    expect(JSON.parse(JSON.stringify(judged.proof))).toEqual(judged.proof);
  });

  it.each([
    { probability: 0.8, level: 'critical', kind: 'failed' },
    { probability: 0.9, level: 'critical', kind: 'failed' },
    { probability: 0.41, level: 'high', kind: 'failed' },
    { probability: 0.4, level: 'high', kind: 'succeeded' },
    { probability: 0.39, level: 'high', kind: 'succeeded' },
    { probability: 0.24, level: 'medium', kind: 'succeeded' },
    { probability: 0.1, level: 'critical', kind: 'failed' },
    { probability: Number.NaN, level: null, kind: 'failed' },
  ] as const)('has $kind when probability 0.8 becomes $probability at level $level', (row) => {
    expect(judge(input({ after: predicts(row.probability, row.level) })).kind).toBe(row.kind);
  });

  it.each([
    { probability: 0.24, kind: 'succeeded' },
    { probability: 0.25, kind: 'failed' },
    { probability: 0.26, kind: 'failed' },
  ])(
    'has $kind when a probability of 0.3 becomes $probability, half of the alarm being 0.25',
    (row) => {
      const premise = leakPremise({ probability: 0.3, level: 'high' });
      expect(judge(input({ premise, after: predicts(row.probability) })).kind).toBe(row.kind);
    },
  );

  it('follows raiseAt', () => {
    const premise = leakPremise({ probability: 0.3, level: 'high' });
    const after = predicts(0.26);
    expect(judge(input({ premise, after, settings: settings({ raiseAt: 0.6 }) })).kind).toBe(
      'succeeded',
    );
  });

  it('fails when the level is no less severe than before, however small the number', () => {
    const premise = leakPremise({ level: 'high', probability: 0.45 });
    const judged = judge(input({ premise, after: predicts(0.2, 'high') }));
    expect(judged).toMatchObject({ kind: 'failed', why: 'the level was high and is high' });
  });

  it('fails when a level appears that was not there', () => {
    const premise = leakPremise({ level: null, probability: 0.02 });
    const judged = judge(input({ premise, after: predicts(0.2, 'medium') }));
    expect(judged).toMatchObject({ kind: 'failed', why: 'the level was none and is medium' });
  });

  it('fails while a metric of the premise still breaches', () => {
    const premise = leakPremise({ breaching: ['error_rate', 'latency_ms'] });
    const after = healthy({ score: 80, breaching: ['latency_ms'] });
    expect(judge(input({ premise, after }))).toMatchObject({
      kind: 'failed',
      why: 'still breaching latency_ms',
    });
  });

  it.each([
    { memory: 82, kind: 'failed' },
    { memory: 78, kind: 'failed' },
    { memory: 77, kind: 'succeeded' },
    { memory: 40, kind: 'succeeded' },
  ])('has $kind when memory went from 82 to $memory and no trend is left to see', (row) => {
    const judged = judge(input({ after: healthy({ metrics: { memory_usage: row.memory } }) }));
    expect(judged.kind).toBe(row.kind);
    if (row.kind === 'failed') {
      expect(judged.why).toBe(`memory_usage has not moved back: 82 before, ${row.memory} now`);
    }
  });

  it('waits for a metric that carried the decision and is not reported any more', () => {
    const after = healthy({ metrics: { cpu_usage: 5 } });
    expect(judge(input({ after }))).toMatchObject({
      kind: 'wait',
      why: expect.stringContaining('memory_usage is not reported any more'),
    });
    expect(judge(input({ after, waitedS: 600 })).kind).toBe('failed');
    const premise = leakPremise({ breaching: ['error_rate'] });
    const quiet = healthy({ metrics: { memory_usage: 40 } });
    expect(judge(input({ premise, after: quiet })).kind).toBe('wait');
  });

  it('needs nothing to move back where nothing was in trouble', () => {
    const premise = leakPremise({ level: null, probability: 0.02, score: 100 });
    const after = healthy({ metrics: { memory_usage: 82 } });
    expect(judge(input({ premise, after })).kind).toBe('succeeded');
  });

  it('is worse when another metric breaches', () => {
    const after = healthy({ breaching: ['error_rate'] });
    const judged = judge(input({ after }));
    expect(judged).toMatchObject({ kind: 'worse', proof: { verdict: 'worse' } });
    expect(judged.why).toContain('error_rate');
    if (judged.kind === 'wait') return;
    expect(judged.proof['after']).toMatchObject({ metrics: { memory_usage: 40, error_rate: 0 } });
  });

  it.each([
    { score: 71, kind: 'succeeded' },
    { score: 70, kind: 'succeeded' },
    { score: 69.9, kind: 'worse' },
    { score: 0, kind: 'worse' },
    { score: null, kind: 'succeeded' },
  ])('has $kind when the score goes from 80 to $score', ({ score, kind }) => {
    const judged = judge(input({ after: healthy({ score }), undoable: true }));
    expect(judged.kind).toBe(kind);
    if (kind === 'worse') expect(judged.why).toContain(`from 80 to ${score}`);
  });

  describe('a usage whose rise was foretold and goes on', () => {
    const risen = (metrics: Record<string, number>, changes: Partial<Assessment> = {}) =>
      healthy({
        metrics: { cpu_usage: 30, memory_usage: 97, error_rate: 0, latency_ms: 120, ...metrics },
        score: 60,
        ...changes,
      });

    it('has not been helped, and nothing was made worse by it', () => {
      const breaching = ['memory_usage'];
      expect(judge(input({ after: risen({}) }))).toMatchObject({
        kind: 'failed',
        why: 'memory_usage has not moved back: 82 before, 97 now',
      });
      expect(judge(input({ after: risen({}, { breaching }) })).kind).toBe('failed');
    });

    it('is worse where the action can be taken back', () => {
      const undoable = true;
      expect(judge(input({ after: risen({}), undoable })).kind).toBe('worse');
      const breaching = risen({}, { breaching: ['memory_usage'], score: 80 });
      expect(judge(input({ after: breaching, undoable })).kind).toBe('worse');
    });

    it('is worse where something else got worse beside it', () => {
      const slow = judge(input({ after: risen({ latency_ms: 9000 }) }));
      expect(slow).toMatchObject({
        kind: 'worse',
        why: expect.stringMatching(/^worse: the score, memory_usage left aside, fell from 80 to /),
      });
      const breaching = ['memory_usage', 'error_rate'];
      expect(judge(input({ after: risen({}, { breaching }) }))).toMatchObject({
        kind: 'worse',
        why: 'worse: error_rate breaches now and did not before',
      });
    });

    it('is worse where nothing was foretold so soon, or an objective carried the decision', () => {
      for (const level of [null, 'medium', 'high'] as const) {
        const unforetold = leakPremise({ level });
        expect(judge(input({ premise: unforetold, after: risen({}) })).kind).toBe('worse');
      }
      const premise = leakPremise({ metrics: { error_rate: 0.02 } });
      const failing = risen({ memory_usage: 40, error_rate: 1 });
      expect(judge(input({ premise, after: failing })).kind).toBe('worse');
    });
  });

  it.each([
    { successRatio: 0.949, kind: 'failed' },
    { successRatio: 0.95, kind: 'succeeded' },
    { successRatio: 1, kind: 'succeeded' },
    { successRatio: 0, kind: 'failed' },
    { successRatio: Number.NaN, kind: 'failed' },
  ])('has $kind at a success ratio of $successRatio', ({ successRatio, kind }) => {
    expect(judge(input({ successRatio })).kind).toBe(kind);
  });

  it('follows HEAL_SUCCESS_THRESH', () => {
    const at = (successRatio: number) =>
      judge(input({ successRatio: 0.9, settings: settings({ successRatio }) }));
    expect(at(0.9).kind).toBe('succeeded');
    expect(at(0.91)).toMatchObject({ kind: 'failed', why: 'success ratio 0.9, below 0.91' });
  });

  it('says so when there is no success ratio to look at', () => {
    const judged = judge(input({ successRatio: null }));
    expect(judged.kind).toBe('succeeded');
    expect(judged.why).toContain('no error rate is reported');
    if (judged.kind === 'wait') return;
    expect(judged.proof['success_ratio']).toBeNull();
    expect(judged.proof['why']).toContain('no error rate is reported');
  });

  describe('with something missing', () => {
    const missing: readonly { what: string; changes: Partial<JudgeInput>; says: string }[] = [
      { what: 'too few samples', changes: { freshSamples: 2 }, says: '2 fresh samples of 3' },
      { what: 'no samples', changes: { freshSamples: 0 }, says: '0 fresh samples of 3' },
      { what: 'an unknown count', changes: { freshSamples: Number.NaN }, says: 'NaN fresh' },
      {
        what: 'an unknown state',
        changes: { after: healthy({ state: 'unknown' }) },
        says: 'unknown',
      },
      {
        what: 'an assessment from before',
        changes: { after: healthy({ asOf: ago(60) }) },
        says: 'older than the action',
      },
    ];

    it.each(missing)('waits for $what while its patience lasts', ({ changes, says }) => {
      const judged = judge(input({ ...changes, waitedS: 599 }));
      expect(judged.kind).toBe('wait');
      expect(judged.why).toContain(says);
      expect(judged.why).toContain('9 min 59 s of 10 min');
    });

    it.each(missing)('fails for $what once its patience is at its end', ({ changes, says }) => {
      for (const waitedS of [600, 601, Number.NaN]) {
        const judged = judge(input({ ...changes, waitedS }));
        expect(judged.kind).toBe('failed');
        expect(judged.why).toContain('could not be verified');
        expect(judged.why).toContain(says);
      }
    });

    it('waits longer for an executor that is still at work', () => {
      const at = (waitedS: number) => judge(input({ reported: { kind: 'pending' }, waitedS }));
      expect(at(3599)).toMatchObject({
        kind: 'wait',
        why: expect.stringContaining('not reported'),
      });
      expect(at(3600)).toMatchObject({ kind: 'failed' });
      expect(at(Number.NaN)).toMatchObject({ kind: 'failed' });
    });

    it('follows verifySamples and verifyPatienceS', () => {
      const eager = settings({ verifySamples: 1, verifyPatienceS: 10 });
      expect(judge(input({ freshSamples: 1, settings: eager })).kind).toBe('succeeded');
      expect(judge(input({ freshSamples: 0, settings: eager, waitedS: 9 })).kind).toBe('wait');
      expect(judge(input({ freshSamples: 0, settings: eager, waitedS: 10 })).kind).toBe('failed');
    });
  });

  it('fails at once when the executor reports a failure', () => {
    const reported = { kind: 'failed', why: 'the pool did not come back' } as const;
    expect(judge(input({ reported }))).toMatchObject({
      kind: 'failed',
      why: 'the executor reports: the pool did not come back',
    });
  });

  describe('of a component that sends no samples', () => {
    const silent = healthy({
      score: null,
      state: 'unknown',
      samples: 0,
      metrics: {},
      asOf: NOW,
    });
    const down = leakPremise({
      probability: 0,
      level: null,
      score: null,
      reasons: [],
      metrics: {},
    });
    const base = { premise: down, after: silent, freshSamples: 0, successRatio: null };

    it.each([
      { probe: 'answers', kind: 'succeeded', says: 'its health URL answers' },
      { probe: 'fails', kind: 'failed', says: 'its probes still fail' },
      { probe: null, kind: 'wait', says: '0 fresh samples' },
    ] as const)('has $kind when its probe $probe', ({ probe, kind, says }) => {
      const judged = judge(input({ ...base, probe }));
      expect(judged.kind).toBe(kind);
      expect(judged.why).toContain(says);
    });

    it('does not take a probe for the samples of a component that used to send some', () => {
      const was = healthy({ state: 'unknown', samples: 40 });
      expect(judge(input({ ...base, after: was, probe: 'answers' })).kind).toBe('wait');
    });
  });

  it('fails when samples are good and the probe still fails', () => {
    expect(judge(input({ probe: 'fails' }))).toMatchObject({ kind: 'failed' });
    expect(judge(input({ probe: 'answers' })).kind).toBe('succeeded');
  });

  it('never succeeds on missing data, a low success ratio or an unreceded failure', () =>
    fc.assert(
      fc.property(ANY_AFTER, (made) => {
        const prediction = made.critical
          ? leaking({ probability: made.probability })
          : quiet({ probability: made.probability });
        const after = healthy({ state: made.state, prediction });
        if (judge(input({ ...made, after })).kind !== 'succeeded') return;
        expect(made.state).not.toBe('unknown');
        expect(made.critical).toBe(false);
        expect(made.probability).toBeLessThanOrEqual(0.4);
        expect(made.successRatio).toBeGreaterThanOrEqual(0.95);
        expect(made.freshSamples).toBeGreaterThanOrEqual(3);
      }),
    ));
});
