import { describe, expect, it } from 'vitest';
import {
  evidence,
  flapping,
  history,
  premise,
  requests,
  unknownState,
} from '../../../../lib/domain/decide/guards/evidence.js';
import { ago, facts, goodEvidence, NOW, settings } from '../build.js';

const DEFAULT = settings();

describe('evidence', () => {
  it.each([
    { endedS: 0, changes: {}, outcome: 'pass' },
    { endedS: 600, changes: {}, outcome: 'pass' },
    { endedS: 601, changes: {}, outcome: 'refuse' },
    { endedS: 10, changes: { lastSampleAgeS: null }, outcome: 'refuse' },
    { endedS: 10, changes: { lastSampleAgeS: 600 }, outcome: 'refuse' },
  ])(
    'answers $outcome $endedS s after a step was verified and did not help, with $changes',
    ({ endedS, changes, outcome }) => {
      const given = facts({
        evidence: goodEvidence({ agreeing: 0, breachingInARow: 0, ...changes }),
        failedStep: { action: 'clean_memory', endedAt: ago(endedS) },
      });
      expect(evidence(given, DEFAULT, NOW).outcome).toBe(outcome);
    },
  );

  it.each([
    { agreeing: 2, breachingInARow: 0, failedProbes: 0, outcome: 'refuse', says: '2 assessments' },
    { agreeing: 3, breachingInARow: 0, failedProbes: 0, outcome: 'pass', says: '3 assessments' },
    { agreeing: 4, breachingInARow: 0, failedProbes: 0, outcome: 'pass', says: '4 assessments' },
    { agreeing: 0, breachingInARow: 2, failedProbes: 0, outcome: 'refuse', says: '2 breaching' },
    { agreeing: 0, breachingInARow: 3, failedProbes: 0, outcome: 'pass', says: '3 breaching' },
    { agreeing: 0, breachingInARow: 4, failedProbes: 0, outcome: 'pass', says: '4 breaching' },
    {
      agreeing: 0,
      breachingInARow: 0,
      failedProbes: 2,
      outcome: 'refuse',
      says: '2 failed probes',
    },
    { agreeing: 0, breachingInARow: 0, failedProbes: 3, outcome: 'pass', says: '3 failed probes' },
    { agreeing: 0, breachingInARow: 0, failedProbes: 4, outcome: 'pass', says: '4 failed probes' },
    {
      agreeing: Number.NaN,
      breachingInARow: Number.NaN,
      failedProbes: Number.NaN,
      outcome: 'refuse',
      says: 'NaN',
    },
  ])(
    'answers $outcome with $agreeing assessments, $breachingInARow breaches, $failedProbes probes',
    ({ outcome, says, ...given }) => {
      const verdict = evidence(facts({ evidence: goodEvidence(given) }), DEFAULT, NOW);
      expect(verdict).toMatchObject({ guard: 'evidence', outcome });
      expect(verdict.why).toContain(says);
    },
  );

  it('does not count breaching samples of a component that is not failing', () => {
    const given = goodEvidence({ state: 'degraded', agreeing: 0, breachingInARow: 9 });
    expect(evidence(facts({ evidence: given }), DEFAULT, NOW).outcome).toBe('refuse');
  });

  it.each([
    { lastSampleAgeS: 59, outcome: 'pass', says: '3 assessments' },
    { lastSampleAgeS: 60, outcome: 'pass', says: '3 assessments' },
    { lastSampleAgeS: 61, outcome: 'refuse', says: '1 min 1 s old, more than 1 min' },
    { lastSampleAgeS: null, outcome: 'refuse', says: '0 samples' },
    { lastSampleAgeS: Number.NaN, outcome: 'refuse', says: 'unknown' },
  ])(
    'answers $outcome when the newest sample is $lastSampleAgeS s old, two intervals being 60 s',
    (row) => {
      const { outcome, says, lastSampleAgeS } = row;
      const verdict = evidence(facts({ evidence: goodEvidence({ lastSampleAgeS }) }), DEFAULT, NOW);
      expect(verdict.outcome).toBe(outcome);
      expect(verdict.why).toContain(says);
    },
  );

  it.each([
    { freshShare: 0.79, outcome: 'refuse' },
    { freshShare: 0.8, outcome: 'pass' },
    { freshShare: 0.81, outcome: 'pass' },
    { freshShare: 0, outcome: 'refuse' },
    { freshShare: Number.NaN, outcome: 'refuse' },
  ])(
    'answers $outcome when $freshShare of the expected samples arrived',
    ({ freshShare, outcome }) => {
      const verdict = evidence(facts({ evidence: goodEvidence({ freshShare }) }), DEFAULT, NOW);
      expect(verdict.outcome).toBe(outcome);
      if (outcome === 'refuse' && !Number.isNaN(freshShare)) {
        expect(verdict.why).toContain(`${freshShare} of the expected`);
      }
    },
  );

  it('needs no samples of a component that its probes found down', () => {
    const given = goodEvidence({ failedProbes: 3, lastSampleAgeS: null, freshShare: 0 });
    expect(evidence(facts({ evidence: given }), DEFAULT, NOW).outcome).toBe('pass');
  });

  it('follows its settings', () => {
    const one = settings({ agreeing: 1, freshIntervals: 10, freshShare: 0.1 });
    const given = goodEvidence({
      state: 'degraded',
      agreeing: 1,
      lastSampleAgeS: 300,
      freshShare: 0.1,
    });
    expect(evidence(facts({ evidence: given }), one, NOW).outcome).toBe('pass');
    expect(evidence(facts({ evidence: given }), DEFAULT, NOW).outcome).toBe('refuse');
  });
});

describe('requests', () => {
  it.each([
    { ratioOnly: true, requests: 19, breachingInARow: 9, outcome: 'refuse', says: '19 requests' },
    { ratioOnly: true, requests: 20, breachingInARow: 0, outcome: 'pass', says: '20 requests' },
    { ratioOnly: true, requests: 21, breachingInARow: 0, outcome: 'pass', says: '21 requests' },
    { ratioOnly: true, requests: 0, breachingInARow: 9, outcome: 'refuse', says: '0 requests' },
    { ratioOnly: true, requests: Number.NaN, breachingInARow: 9, outcome: 'refuse', says: '20' },
    { ratioOnly: true, requests: null, breachingInARow: 2, outcome: 'refuse', says: '2 breaching' },
    { ratioOnly: true, requests: null, breachingInARow: 3, outcome: 'pass', says: '3 breaching' },
    { ratioOnly: false, requests: 0, breachingInARow: 0, outcome: 'pass', says: 'ratio alone' },
  ])(
    'answers $outcome with $requests requests and $breachingInARow breaches, ratio only: $ratioOnly',
    ({ outcome, says, ...given }) => {
      const verdict = requests(facts({ evidence: goodEvidence(given) }), DEFAULT, NOW);
      expect(verdict).toMatchObject({ guard: 'requests', outcome });
      expect(verdict.why).toContain(says);
    },
  );
});

describe('history', () => {
  it.each([
    { historyS: 0, outcome: 'refuse', says: 'known for 0 s' },
    { historyS: 86_399, outcome: 'refuse', says: '23 h 59 min' },
    { historyS: 86_400, outcome: 'pass', says: '1 d' },
    { historyS: 86_401, outcome: 'pass', says: '1 d' },
  ])('answers $outcome after $historyS s', ({ historyS, outcome, says }) => {
    const verdict = history(facts({ evidence: goodEvidence({ historyS }) }), DEFAULT, NOW);
    expect(verdict).toMatchObject({
      guard: 'history',
      outcome,
      until: outcome === 'refuse' ? ago(historyS - 86_400) : null,
    });
    expect(verdict.why).toContain(says);
  });

  it('refuses what it cannot measure', () => {
    const given = goodEvidence({ historyS: Number.NaN });
    expect(history(facts({ evidence: given }), DEFAULT, NOW)).toMatchObject({
      outcome: 'refuse',
      until: null,
    });
  });
});

describe('unknownState', () => {
  it.each([
    { state: 'healthy', failedProbes: 0, outcome: 'pass' },
    { state: 'degraded', failedProbes: 0, outcome: 'pass' },
    { state: 'failing', failedProbes: 0, outcome: 'pass' },
    { state: 'unknown', failedProbes: 0, outcome: 'refuse' },
    { state: 'unknown', failedProbes: 2, outcome: 'refuse' },
    { state: 'unknown', failedProbes: 3, outcome: 'pass' },
    { state: 'unknown', failedProbes: 4, outcome: 'pass' },
  ] as const)('answers $outcome when $state with $failedProbes failed probes', (row) => {
    const { outcome, ...given } = row;
    const verdict = unknownState(facts({ evidence: goodEvidence(given) }), DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'unknown_state', outcome });
    expect(verdict.why).toContain(
      given.state === 'unknown' ? `${given.failedProbes} failed probes` : given.state,
    );
  });
});

describe('flapping', () => {
  it.each([
    { changes: [], outcome: 'pass', until: null },
    { changes: [800, 100], outcome: 'pass', until: null },
    { changes: [800, 400, 100], outcome: 'refuse', until: -100 },
    { changes: [850, 800, 400, 100], outcome: 'refuse', until: -100 },
    { changes: [899, 400, 100], outcome: 'refuse', until: -1 },
    { changes: [900, 400, 100], outcome: 'pass', until: null },
    { changes: [901, 400, 100], outcome: 'pass', until: null },
  ])('answers $outcome after changes $changes s ago', ({ changes, outcome, until }) => {
    const verdict = flapping(facts({ stateChanges: changes.map(ago) }), DEFAULT, NOW);
    expect(verdict).toMatchObject({
      guard: 'flapping',
      outcome,
      until: until === null ? null : ago(until),
    });
    expect(verdict.why).toMatch(/^(flapping: )?\d changes of state in 15 min/);
  });
});

describe('premise', () => {
  it.each([
    { looked: null, outcome: 'pass', says: 'not looked at yet' },
    { looked: { holds: true, why: 'level critical' }, outcome: 'pass', says: 'level critical' },
    { looked: { holds: false, why: 'the trouble is gone' }, outcome: 'refuse', says: 'is gone' },
  ])('answers $outcome when it looked and saw $looked', ({ looked, outcome, says }) => {
    const verdict = premise(facts({ premise: looked }), DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'premise', outcome });
    expect(verdict.why).toContain(says);
  });
});
