import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GuardFacts } from '../../../lib/domain/decide/facts.js';
import { guards, ruling } from '../../../lib/domain/decide/guards.js';
import { GUARD_NAMES, type GuardName, type Verdict } from '../../../lib/domain/decide/verdict.js';
import { anyFacts, anyVerdict } from './arbitrary.js';
import { ago, calmFleet, facts, goodEvidence, NOW, settings } from './build.js';

const DEFAULT = settings();

/** Facts that make each guard refuse or ask, and none of the others. */
const AGAINST: Readonly<Record<Exclude<GuardName, 'action_class'>, Partial<GuardFacts>>> = {
  kill_switch: { control: { paused: true, why: 'a test' } },
  freeze: { freezes: [{ why: 'a window', until: ago(-60) }] },
  deployment: { deployment: { version: 'v7', startedAt: ago(60) } },
  mode: { mode: 'observe' },
  executor: { executor: { none: 'no platform' } },
  bounds: { action: { name: 'scale', to: 9 }, scale: { min: 1, max: 4 } },
  standby: { action: { name: 'fail_over', to: 'shop-eu' } },
  evidence: { evidence: goodEvidence({ agreeing: 0, breachingInARow: 0 }) },
  requests: { evidence: goodEvidence({ ratioOnly: true, requests: 3 }) },
  history: { evidence: goodEvidence({ historyS: 60 }) },
  unknown_state: { evidence: goodEvidence({ state: 'unknown' }) },
  flapping: { stateChanges: [ago(30), ago(20), ago(10)] },
  upstream: { upstreamBad: { name: 'billing', settledAt: null } },
  provider: { provider: { kind: 'out', why: 'render says: Major Outage' } },
  common_cause: { commonCause: 'one common cause is likely' },
  in_flight: { inFlight: { component: true, groupMember: null } },
  cooldown: { lastBegan: { restart: ago(1) } },
  restart_limit: { restartsLastHour: [ago(3000), ago(2000), ago(1000)] },
  rollback_limit: {
    action: { name: 'rollback', rollback_type: 'deployment' },
    rollbacksInIncident: 1,
  },
  hourly_limit: { automaticLastDay: [1, 2, 3, 4, 5].map(ago) },
  daily_limit: { automaticLastDay: Array.from({ length: 20 }, (_, i) => ago(50_000 + i)) },
  recovery_share: { fleet: calmFleet({ inRecovery: 2 }) },
  reach: { reach: { own: 11, lastHour: 0 } },
  storm: { fleet: calmFleet({ bad: 9 }) },
  breaker: { breaker: { failures: [ago(30), ago(20), ago(10)], lastSuccessAt: null } },
  premise: { premise: { holds: false, why: 'gone' } },
};
/** What these stop, a person may decide. */
const ASKS: readonly GuardName[] = ['reach', 'breaker'];
const PAUSED = { paused: true, why: null };
const NAMES = Object.keys(AGAINST) as (keyof typeof AGAINST)[];

function outcomeOf(name: GuardName, changes: Partial<GuardFacts>): Verdict['outcome'] | undefined {
  const verdicts = guards(facts({ ...againstOf(name), ...changes }), DEFAULT, NOW);
  return verdicts.find(({ guard }) => guard === name)?.outcome;
}

function againstOf(name: GuardName): Partial<GuardFacts> {
  return name === 'action_class' ? {} : AGAINST[name];
}

describe('guards', () => {
  it('lets good facts pass every guard', () => {
    const verdicts = guards(facts(), DEFAULT, NOW);
    expect(verdicts.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(ruling(verdicts)).toBe('go');
  });

  it.each(NAMES)('has facts that only %s is against', (name) => {
    const against = guards(facts(AGAINST[name]), DEFAULT, NOW).filter(
      ({ outcome }) => outcome !== 'pass',
    );
    expect(against.map(({ guard }) => guard)).toEqual([name]);
    expect(ruling(against)).toBe(ASKS.includes(name) ? 'ask' : 'refuse');
  });

  it('gives one verdict with a sentence for every name, in order, whatever the facts', () =>
    fc.assert(
      fc.property(anyFacts, (given) => {
        const verdicts = guards(given, DEFAULT, NOW);
        expect(verdicts.map(({ guard }) => guard)).toEqual(GUARD_NAMES);
        for (const { why } of verdicts) expect(why.length).toBeGreaterThan(5);
      }),
    ));

  it('never goes while paused, whatever else is true and overridden', () =>
    fc.assert(
      fc.property(anyFacts, fc.constantFrom(null, PAUSED), (given, control) => {
        expect(ruling(guards({ ...given, control }, DEFAULT, NOW))).toBe('refuse');
      }),
    ));

  it('says truly when a refusal passes by itself', () =>
    fc.assert(
      fc.property(anyFacts, (given) => {
        for (const { guard, outcome, until } of guards(given, DEFAULT, NOW)) {
          if (until === null) continue;
          expect(until.getTime()).toBeGreaterThan(NOW.getTime());
          const at = (instant: Date) => later(given, guard, instant);
          expect(at(until)).toBe('pass');
          expect(at(new Date(until.getTime() - 1))).toBe(outcome);
        }
      }),
      { numRuns: 500 },
    ));

  it('never blocks an undo by what the undone action itself brought about', () =>
    fc.assert(
      fc.property(anyFacts, (given) => {
        const verdicts = guards({ ...given, origin: 'undo' }, DEFAULT, NOW);
        const against = verdicts.filter(({ outcome }) => outcome === 'refuse' || outcome === 'ask');
        expect(against.filter(({ guard }) => !UNDO_HEEDS.has(guard))).toEqual([]);
      }),
    ));

  it('is at least as strict with itself as with a person', () =>
    fc.assert(
      fc.property(anyFacts, (given) => {
        const alone = guards({ ...given, origin: 'automatic' }, DEFAULT, NOW);
        const asked = guards({ ...given, origin: 'person' }, DEFAULT, NOW);
        for (const [i, { outcome }] of alone.entries()) {
          if (outcome === 'pass') expect(asked[i]?.outcome).toBe('pass');
        }
      }),
    ));

  const waivedForPerson: readonly GuardName[] = [
    'mode',
    'evidence',
    'requests',
    'history',
    'unknown_state',
    'common_cause',
    'reach',
    'breaker',
  ];

  it.each(NAMES)('answers a person about %s', (name) => {
    expect(outcomeOf(name, { origin: 'person' })).toBe(
      waivedForPerson.includes(name) ? 'pass' : 'refuse',
    );
  });

  it.each(NAMES)('lets an administrator override %s, or not', (name) => {
    const never = ['kill_switch', 'executor', 'bounds'].includes(name);
    const waived = waivedForPerson.includes(name);
    expect(outcomeOf(name, { origin: 'person', overrides: GUARD_NAMES })).toBe(
      waived ? 'pass' : never ? 'refuse' : 'overridden',
    );
  });

  it.each(NAMES)('overrides %s for no automatic action', (name) => {
    expect(outcomeOf(name, { overrides: GUARD_NAMES })).toBe(outcomeOf(name, {}));
  });

  it('lets a person who asks pass approve mode', () => {
    const verdicts = guards(facts({ mode: 'approve', origin: 'person' }), DEFAULT, NOW);
    expect(ruling(verdicts)).toBe('go');
    expect(verdicts.find(({ guard }) => guard === 'mode')?.why).toContain('asked for by a person');
  });

  it('keeps what an overridden guard said', () => {
    const verdicts = guards(
      facts({ ...AGAINST.cooldown, origin: 'person', overrides: ['cooldown'] }),
      DEFAULT,
      NOW,
    );
    const verdict = verdicts.find(({ guard }) => guard === 'cooldown');
    expect(verdict?.why).toMatch(/^overridden by an administrator, though .*10 min/);
    expect(ruling(verdicts)).toBe('go');
  });
});

/** Guards that count for an undo too. */
const UNDO_HEEDS = new Set<GuardName>(['kill_switch', 'executor', 'bounds', 'premise']);
const STRICTNESS = { go: 0, ask: 1, refuse: 2 };

/** What a guard says of the same facts at another instant. */
function later(given: GuardFacts, name: GuardName, now: Date): Verdict['outcome'] | undefined {
  const elapsedS = (now.getTime() - NOW.getTime()) / 1000;
  const evidence = { ...given.evidence, historyS: given.evidence.historyS + elapsedS };
  return guards({ ...given, evidence }, DEFAULT, now).find(({ guard }) => guard === name)?.outcome;
}

describe('ruling', () => {
  it('refuses when nothing was looked at', () => {
    expect(ruling([])).toBe('refuse');
  });

  it.each([
    { outcomes: ['pass'], rules: 'go' },
    { outcomes: ['pass', 'overridden'], rules: 'go' },
    { outcomes: ['pass', 'ask', 'overridden'], rules: 'ask' },
    { outcomes: ['ask', 'refuse', 'pass'], rules: 'refuse' },
  ] as const)('is $rules for $outcomes', ({ outcomes, rules }) => {
    const verdicts = outcomes.map(
      (outcome): Verdict => ({ guard: 'freeze', outcome, why: 'a reason', until: null }),
    );
    expect(ruling(verdicts)).toBe(rules);
  });

  it('never grows milder by one more verdict', () =>
    fc.assert(
      fc.property(fc.array(anyVerdict, { minLength: 1 }), anyVerdict, (verdicts, one) => {
        const more = STRICTNESS[ruling([...verdicts, one])];
        expect(more).toBeGreaterThanOrEqual(STRICTNESS[ruling(verdicts)]);
        expect(ruling([...verdicts, { ...one, outcome: 'refuse' }])).toBe('refuse');
      }),
    ));
});
