import { describe, expect, it } from 'vitest';
import type { Recovery } from '../../../lib/domain/decide/recovery.js';
import { noticeOf, type ToldIncident } from '../../../lib/domain/notify/notice-of.js';
import { at, START } from './build.js';

const incident = (given: Partial<ToldIncident> = {}): ToldIncident => ({
  id: 'incident-1',
  componentId: 1,
  component: 'shop',
  kind: 'predicted',
  state: 'open',
  severity: 'high',
  plan: {
    situation: 'leak',
    cause: 'memory grows',
    steps: [
      { action: { name: 'restart' }, why: 'memory starts anew', expects: 'less', proof: 'memory' },
      { action: { name: 'page' }, why: 'nothing helped', expects: 'help', proof: 'none' },
    ],
  },
  step: 0,
  needsPerson: false,
  openedAt: START,
  closedAt: null,
  acknowledgedBy: null,
  acknowledgedAt: null,
  premise: {
    probability: 0.42,
    level: 'high',
    score: 70,
    reasons: ['Memory leak detected'],
    breaching: [],
    metrics: { memory_usage: 91.23456 },
  },
  refusal: null,
  predictedFailureAt: at(1800),
  closedWhy: null,
  ...given,
});

const recovery = (given: Partial<Recovery> = {}): Recovery => ({
  id: 'r1',
  componentId: 1,
  component: 'shop',
  incidentId: 'incident-1',
  step: 0,
  action: { name: 'restart' },
  executor: 'render',
  origin: 'automatic',
  state: 'planned',
  why: 'memory starts anew',
  requestedBy: null,
  verdicts: [],
  token: 1,
  attempts: 0,
  claimedUntil: null,
  createdAt: START,
  startedAt: null,
  calledAt: null,
  actedAt: null,
  verifyAt: null,
  approveBy: null,
  endedAt: null,
  before: null,
  inverse: null,
  undoes: null,
  result: null,
  error: null,
  proof: null,
  premise: incident().premise,
  ...given,
});

const told = (given: Partial<ToldIncident> = {}, recoveries: Recovery[] = [], flapping = false) =>
  noticeOf({ incident: incident(given), recoveries, flapping, snoozedUntil: null });

const waiting = recovery({ state: 'awaiting_approval', approveBy: at(600) });
const refusal = [
  { guard: 'freeze', outcome: 'refuse', why: 'a freeze until noon', until: at(3600) },
  { guard: 'mode', outcome: 'pass', why: 'auto', until: null },
] as const;

describe('noticeOf', () => {
  it('says what is the matter, why, and what is planned', () => {
    expect(told()).toMatchObject({
      headline: 'shop is about to fail',
      cause: 'memory grows',
      evidence: [
        'Memory leak detected',
        'memory_usage 91.23',
        'probability of failure 0.42 (high)',
        'expected to fail at 2026-03-02T00:30:00.000Z',
      ],
      plan: ['restart shop: memory starts anew', 'ask a person: nothing helped'],
      asks: null,
    });
  });

  it.each([
    ['is watched', {}, [], 'open', 'is watched'],
    ['waits for a person', { needsPerson: true }, [], 'person', 'a person is needed'],
    [
      'is held back',
      { refusal: [...refusal] },
      [],
      'open',
      'is watched; held back: a freeze until noon',
    ],
    ['asks for a yes', {}, [waiting], 'asking', 'waits for approval: restart shop'],
    [
      'is treated',
      {},
      [recovery({ state: 'verifying' })],
      'acting',
      'restart shop: done, and being verified',
    ],
    [
      'is over',
      { state: 'closed', closedAt: at(9), closedWhy: '5 good assessments in a row' },
      [],
      'closed',
      'closed: 5 good assessments in a row',
    ],
  ] as const)('says when it %s', (_, given, recoveries, phase, state) => {
    expect(told(given as Partial<ToldIncident>, [...recoveries])).toMatchObject({ phase, state });
  });

  it('asks with what, why, and until when', () => {
    expect(told({}, [waiting]).asks).toEqual({
      recoveryId: 'r1',
      what: 'restart shop',
      why: 'memory starts anew',
      until: at(600),
    });
  });

  it('asks for nothing any more once it is over', () => {
    expect(told({ state: 'closed', closedAt: at(9) }, [waiting]).asks).toBeNull();
  });

  it('tells what was done, oldest first', () => {
    const failed = recovery({ id: 'r0', state: 'failed', error: 'still bad', createdAt: at(-60) });
    expect(told({}, [recovery({ state: 'succeeded' }), failed]).done).toEqual([
      'restart shop: did not help (still bad)',
      'restart shop: done, and verified',
    ]);
  });

  it.each([
    ['becomes real', told({ kind: 'failing' })],
    ['becomes more severe', told({ severity: 'critical' })],
    ['needs a person', told({ needsPerson: true })],
    ['is seen by somebody', told({ acknowledgedBy: 'ann' })],
    ['is held back', told({ refusal: [...refusal] })],
    ['flaps', told({}, [], true)],
    ['is treated', told({}, [recovery()])],
    ['is over', told({ state: 'closed', closedAt: at(9) })],
  ])('has another shape when it %s', (_, changed) => {
    expect(changed.shape).not.toBe(told().shape);
  });

  it('keeps its shape while only numbers count on', () => {
    const until = [{ ...refusal[0], why: 'a freeze for 9 min' }, refusal[1]];
    expect(told({ refusal: until }).shape).toBe(told({ refusal: [...refusal] }).shape);
  });
});
