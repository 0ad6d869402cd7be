import { describe, expect, it } from 'vitest';
import {
  chosen,
  type PremiseInput,
  premiseHolds,
  premiseOf,
} from '../../../lib/domain/decide/premise.js';
import { healthy, leaking, leakPremise, quiet } from './build.js';

const LEAKING = healthy({ state: 'degraded', score: 80, prediction: leaking() });

describe('premiseOf', () => {
  it('keeps the numbers, and the metrics that the evidence rests on', () => {
    expect(premiseOf(LEAKING)).toEqual({
      probability: 0.8,
      level: 'critical',
      score: 80,
      reasons: ['Memory leak detected'],
      breaching: [],
      metrics: { memory_usage: 40 },
    });
  });

  it.each([
    { likelyS: 59, kept: ['latency_ms', 'memory_usage'] },
    { likelyS: 60, kept: ['latency_ms', 'memory_usage'] },
    { likelyS: 61, kept: ['memory_usage'] },
    { likelyS: null, kept: ['memory_usage'] },
  ])('keeps a second metric that is to fail in $likelyS s of 60: $kept', ({ likelyS, kept }) => {
    const [leak] = leaking().evidence;
    if (leak === undefined) throw new Error('the leak should have evidence');
    const likely = likelyS === null ? null : new Date(LEAKING.asOf.getTime() + likelyS * 1000);
    const second = { ...leak, metric: 'latency_ms', crossesAt: { low: null, likely, high: null } };
    const prediction = leaking({
      evidence: [leak, second],
      timeToFailureS: { low: 10, likely: 30, high: 60 },
    });
    const { metrics } = premiseOf({ ...LEAKING, prediction });
    expect(Object.keys(metrics).sort()).toEqual(kept);
  });

  it('keeps the breaching metrics where no evidence is given', () => {
    const failing = healthy({ state: 'failing', breaching: ['error_rate', 'gone'] });
    expect(premiseOf(failing)).toMatchObject({
      level: null,
      breaching: ['error_rate', 'gone'],
      metrics: { error_rate: 0 },
    });
  });

  it('keeps no metrics of a component that sends none', () => {
    expect(premiseOf(healthy({ score: null, metrics: {} }))).toMatchObject({
      score: null,
      metrics: {},
    });
  });
});

describe('chosen', () => {
  it('leaves out what has no value', () => {
    expect(chosen({ a: 1, b: 0 }, ['b', 'c'])).toEqual({ b: 0 });
  });
});

describe('premiseHolds', () => {
  const input = (changes: Partial<PremiseInput>): PremiseInput => ({
    premise: leakPremise(),
    assessment: LEAKING,
    raised: 'critical',
    incidentOpen: true,
    probesFailed: false,
    probed: null,
    hanging: null,
    ...changes,
  });
  const high = healthy({ prediction: quiet({ level: 'high', probability: 0.4 }) });
  const unknown = healthy({ state: 'unknown', samples: 7 });
  const breachingPremise = leakPremise({
    level: null,
    probability: 0.1,
    breaching: ['error_rate'],
  });

  it.each([
    { what: 'the level is as before', changes: {}, holds: true, says: 'level critical' },
    {
      what: 'the level is as before, though not raised',
      changes: { raised: null },
      holds: true,
      says: 'level critical, probability 0.8',
    },
    {
      what: 'the level is higher than before',
      changes: { premise: leakPremise({ level: 'high' }) },
      holds: true,
      says: 'probability 0.8',
    },
    {
      what: 'the level is lower, but still held',
      changes: { assessment: high },
      holds: true,
      says: 'level critical is still raised',
    },
    {
      what: 'a level is held, but nothing is in sight any more',
      changes: { assessment: healthy({ prediction: quiet({ probability: 0.4 }) }) },
      holds: false,
      says: 'the trouble is gone',
    },
    {
      what: 'a level is held, and the failure is more than half as likely as before',
      changes: { assessment: healthy({ prediction: quiet({ probability: 0.41 }) }) },
      holds: true,
      says: 'level critical is still raised',
    },
    {
      what: 'a level is held, and the window too short to see more',
      changes: { assessment: healthy({ samples: 7 }) },
      holds: true,
      says: '7 samples are too few to see more',
    },
    {
      what: 'the level is lower and released',
      changes: { assessment: high, raised: null },
      holds: false,
      says: 'probability 0.8 before, 0.4 now',
    },
    {
      what: 'nothing is predicted any more',
      changes: { assessment: healthy(), raised: null },
      holds: false,
      says: 'probability 0.8 before, 0.02 now',
    },
    {
      what: 'nothing was ever predicted',
      changes: { premise: leakPremise({ level: null }), assessment: healthy(), raised: null },
      holds: false,
      says: 'trouble is gone',
    },
    {
      what: 'a metric still breaches',
      changes: {
        premise: breachingPremise,
        assessment: healthy({ breaching: ['error_rate'] }),
        raised: null,
      },
      holds: true,
      says: 'still breaching error_rate',
    },
    {
      what: 'it fails on another metric',
      changes: {
        premise: breachingPremise,
        assessment: healthy({ state: 'failing', breaching: ['latency_ms'] }),
        raised: null,
      },
      holds: true,
      says: 'failing on latency_ms',
    },
    {
      what: 'samples are missing',
      changes: { assessment: unknown },
      holds: false,
      says: 'unknown, with 7 samples',
    },
    {
      what: 'samples are missing because it is down',
      changes: { assessment: unknown, probesFailed: true },
      holds: true,
      says: 'probes',
    },
    {
      what: 'it was found down, and answers right now',
      changes: { assessment: unknown, probesFailed: true, probed: 'well' },
      holds: false,
      says: 'unknown, with 7 samples',
    },
    {
      what: 'it was found down, and answers badly right now',
      changes: { assessment: unknown, probesFailed: true, probed: 'ill' },
      holds: true,
      says: 'probes',
    },
    {
      what: 'it answers right now, and fails by what it sends',
      changes: { probesFailed: true, probed: 'well' },
      holds: true,
      says: 'level critical',
    },
    {
      what: 'what hung still gives no answer',
      changes: { assessment: unknown, probesFailed: true, probed: 'silent', hanging: true },
      holds: true,
      says: 'probes',
    },
    {
      what: 'what hung could not be asked once more, or sends again',
      changes: { probesFailed: true, hanging: false },
      holds: false,
      says: 'nobody can tell whether it still hangs',
    },
    {
      what: 'what hung gives a bad answer right now',
      changes: { assessment: unknown, probesFailed: true, probed: 'ill', hanging: false },
      holds: false,
      says: 'answers again, though not well yet',
    },
    {
      what: 'what hung answers right now',
      changes: { probesFailed: true, probed: 'well', hanging: false },
      holds: false,
      says: 'answers again',
    },
    {
      what: 'the incident is closed',
      changes: { incidentOpen: false, probesFailed: true },
      holds: false,
      says: 'closed',
    },
  ] as const)('is $holds when $what', ({ changes, holds, says }) => {
    const check = premiseHolds(input(changes));
    expect(check.holds).toBe(holds);
    expect(check.why).toContain(says);
  });
});
