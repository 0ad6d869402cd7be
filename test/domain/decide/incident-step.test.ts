import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment.js';
import { incidentStep } from '../../../lib/domain/decide/incident-step.js';
import { type Memory, NO_MEMORY } from '../../../lib/domain/decide/memory.js';
import { healthy, incident, leaking, settings } from './build.js';

const DEFAULT = settings();
const FAILING = healthy({ state: 'failing', breaching: ['error_rate', 'latency_ms'] });
const LEAKING = healthy({ state: 'degraded', prediction: leaking() });
const UNKNOWN = healthy({ state: 'unknown' });

const PREDICTED_HIGH = incident({ kind: 'predicted', severity: 'high' });
const PREDICTED_CRITICAL = incident({ kind: 'predicted', severity: 'critical' });
const FAILING_INCIDENT = incident({ kind: 'failing', severity: 'critical' });

function step(
  open: ReturnType<typeof incident> | null,
  assessment: Assessment,
  memory: Partial<Memory> = {},
  from = DEFAULT,
) {
  return incidentStep({ open, assessment, memory: { ...NO_MEMORY, ...memory }, settings: from });
}

describe('incidentStep without an open incident', () => {
  it('opens one at once for a component that fails', () => {
    expect(step(null, FAILING)).toEqual({
      kind: 'open',
      incidentKind: 'failing',
      severity: 'critical',
      why: '3 samples in a row breach error_rate, latency_ms',
    });
  });

  it.each([
    { failedProbes: 2, kind: 'none' },
    { failedProbes: 3, kind: 'open' },
    { failedProbes: 4, kind: 'open' },
  ])('answers $kind after $failedProbes failed probes, whatever the samples say', (row) => {
    for (const assessment of [healthy(), UNKNOWN]) {
      const decided = step(null, assessment, { failedProbes: row.failedProbes });
      expect(decided.kind).toBe(row.kind);
      if (decided.kind !== 'open') continue;
      expect(decided).toMatchObject({ incidentKind: 'failing', severity: 'critical' });
      expect(decided.why).toContain(`${row.failedProbes} probes`);
    }
  });

  it.each([
    { raised: 'critical', bad: 2, kind: 'none' },
    { raised: 'critical', bad: 3, kind: 'open' },
    { raised: 'critical', bad: 4, kind: 'open' },
    { raised: 'high', bad: 2, kind: 'none' },
    { raised: 'high', bad: 3, kind: 'open' },
    { raised: 'medium', bad: 9, kind: 'none' },
    { raised: null, bad: 9, kind: 'none' },
  ] as const)('answers $kind when $bad assessments agree on $raised', ({ raised, bad, kind }) => {
    const decided = step(null, LEAKING, { raised, bad });
    expect(decided.kind).toBe(kind);
    if (decided.kind !== 'open') return;
    expect(decided).toMatchObject({ incidentKind: 'predicted', severity: raised });
    expect(decided.why).toContain(`${bad} assessments agree on ${raised}`);
    expect(decided.why).toContain('Memory leak detected');
  });

  it('says no more than it knows of a prediction without reasons', () => {
    const vague = healthy({ prediction: leaking({ reasons: [] }) });
    expect(step(null, vague, { raised: 'high', bad: 3 })).toMatchObject({
      why: '3 assessments agree on high, probability 0.8',
    });
  });

  it('opens nothing while the state is unknown, however much is remembered', () => {
    expect(step(null, UNKNOWN, { raised: 'critical', bad: 9 })).toEqual({ kind: 'none' });
  });

  it('opens nothing for what is merely degraded', () => {
    expect(step(null, healthy({ state: 'degraded', score: 55 }))).toEqual({ kind: 'none' });
  });

  it('follows its settings', () => {
    const quick = settings({ agreeing: 1, breachesToOpen: 1 });
    expect(step(null, LEAKING, { raised: 'high', bad: 1 }, quick).kind).toBe('open');
    expect(step(null, UNKNOWN, { failedProbes: 1 }, quick).kind).toBe('open');
  });
});

describe('incidentStep with an open incident', () => {
  it('escalates when what was predicted happens', () => {
    expect(step(PREDICTED_HIGH, FAILING)).toMatchObject({
      kind: 'escalate',
      incidentKind: 'failing',
      severity: 'critical',
    });
    expect(step(PREDICTED_CRITICAL, UNKNOWN, { failedProbes: 3 })).toMatchObject({
      kind: 'escalate',
      incidentKind: 'failing',
    });
  });

  it('escalates when the severity rises', () => {
    expect(step(PREDICTED_HIGH, LEAKING, { raised: 'critical', bad: 3 })).toMatchObject({
      kind: 'escalate',
      incidentKind: 'predicted',
      severity: 'critical',
    });
  });

  it('keeps a failing incident failing when only its severity rises', () => {
    const open = incident({ kind: 'failing', severity: 'high' });
    expect(step(open, LEAKING, { raised: 'critical', bad: 3 })).toMatchObject({
      kind: 'escalate',
      incidentKind: 'failing',
      severity: 'critical',
    });
  });

  it.each([
    { what: 'it fails on', open: FAILING_INCIDENT, assessment: FAILING, memory: {} },
    {
      what: 'it is predicted on',
      open: PREDICTED_CRITICAL,
      assessment: LEAKING,
      memory: { raised: 'critical', bad: 9 },
    },
    {
      what: 'the severity falls',
      open: PREDICTED_CRITICAL,
      assessment: LEAKING,
      memory: { raised: 'high', bad: 9 },
    },
    {
      what: 'only a prediction is left of a failure',
      open: FAILING_INCIDENT,
      assessment: LEAKING,
      memory: { raised: 'high', bad: 9 },
    },
    {
      what: 'it is degraded',
      open: FAILING_INCIDENT,
      assessment: healthy({ state: 'degraded' }),
      memory: {},
    },
  ] as const)('keeps it while $what', ({ open, assessment, memory }) => {
    expect(step(open, assessment, memory)).toEqual({ kind: 'keep' });
  });

  it.each([
    { good: 4, kind: 'keep' },
    { good: 5, kind: 'close' },
    { good: 6, kind: 'close' },
  ])('answers $kind after $good good assessments', ({ good, kind }) => {
    const decided = step(FAILING_INCIDENT, healthy(), { good });
    expect(decided.kind).toBe(kind);
    if (decided.kind === 'close') expect(decided.why).toContain(`${good} good assessments`);
  });

  it('does not close while a probe fails, nor while the state is unknown', () => {
    expect(step(FAILING_INCIDENT, healthy(), { good: 9, failedProbes: 1 }).kind).toBe('keep');
    expect(step(FAILING_INCIDENT, UNKNOWN, { good: 9 }).kind).toBe('keep');
  });

  it('follows goodToClose', () => {
    const quick = settings({ goodToClose: 2 });
    expect(step(FAILING_INCIDENT, healthy(), { good: 2 }, quick).kind).toBe('close');
  });
});
