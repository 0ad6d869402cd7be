import { describe, expect, it } from 'vitest';
import {
  deployment,
  freeze,
  killSwitch,
  mode,
} from '../../../../lib/domain/decide/guards/permission.js';
import { ago, facts, NOW, settings } from '../build.js';

const DEFAULT = settings();

describe('killSwitch', () => {
  it.each([
    { control: null, outcome: 'refuse', says: 'could not be read' },
    {
      control: { paused: true, why: 'storage is moving' },
      outcome: 'refuse',
      says: 'storage is moving',
    },
    { control: { paused: true, why: null }, outcome: 'refuse', says: 'no reason given' },
    { control: { paused: false, why: null }, outcome: 'pass', says: 'not paused' },
  ])('answers $outcome when control is $control', ({ control, outcome, says }) => {
    const verdict = killSwitch(facts({ control }));
    expect(verdict).toMatchObject({ guard: 'kill_switch', outcome });
    expect(verdict.why).toContain(says);
  });
});

describe('freeze', () => {
  it.each([
    { what: 'without any', freezes: [], outcome: 'pass', until: null },
    { what: 'until a second from now', freezes: [-1], outcome: 'refuse', until: -1 },
    { what: 'that ends now', freezes: [0], outcome: 'pass', until: null },
    { what: 'that ended a second ago', freezes: [1], outcome: 'pass', until: null },
    { what: 'of two, by the later', freezes: [-60, -600, 5], outcome: 'refuse', until: -600 },
  ])('answers $outcome $what', ({ freezes, outcome, until }) => {
    const given = freezes.map((s) => ({ why: `window ${s}`, until: ago(s) }));
    const verdict = freeze(facts({ freezes: given }), DEFAULT, NOW);
    expect(verdict).toMatchObject({
      guard: 'freeze',
      outcome,
      until: until === null ? null : ago(until),
    });
  });

  it('has no end where one that covers it has none, whatever else covers it', () => {
    const freezes = [
      { why: 'migration', until: ago(-600) },
      { why: 'window that nobody can read', until: null },
      { why: 'over', until: ago(5) },
    ];
    expect(freeze(facts({ freezes }), DEFAULT, NOW)).toEqual({
      guard: 'freeze',
      outcome: 'refuse',
      why: 'frozen until somebody ends it: window that nobody can read',
      until: null,
    });
  });

  it('says how long and why', () => {
    const freezes = [{ why: 'migration', until: ago(-600) }];
    expect(freeze(facts({ freezes }), DEFAULT, NOW).why).toBe(
      'frozen for another 10 min: migration',
    );
  });
});

describe('deployment', () => {
  const running = (seconds: number) => ({ version: 'v7', startedAt: ago(seconds) });

  it('passes without one', () => {
    expect(deployment(facts(), DEFAULT, NOW)).toMatchObject({ outcome: 'pass', until: null });
  });

  it.each([
    { age: -5, outcome: 'refuse' },
    { age: 0, outcome: 'refuse' },
    { age: 1799, outcome: 'refuse' },
    { age: 1800, outcome: 'pass' },
    { age: 1801, outcome: 'pass' },
  ])('answers $outcome for one that began $age s ago', ({ age, outcome }) => {
    const verdict = deployment(facts({ deployment: running(age) }), DEFAULT, NOW);
    expect(verdict).toMatchObject({
      guard: 'deployment',
      outcome,
      until: outcome === 'refuse' ? ago(age - 1800) : null,
    });
    expect(verdict.why).toContain('v7');
  });

  it('says its age', () => {
    const verdict = deployment(facts({ deployment: running(1799) }), DEFAULT, NOW);
    expect(verdict.why).toContain('29 min 59 s ago');
  });

  it.each([
    { rollback_type: 'deployment', outcome: 'pass' },
    { rollback_type: 'deployment', to: 'v6', outcome: 'pass' },
    { rollback_type: 'deployment', to: 'v7', outcome: 'refuse' },
    { rollback_type: 'config', outcome: 'refuse' },
    { rollback_type: 'previous_state', outcome: 'refuse' },
  ] as const)('answers $outcome to a rollback of type $rollback_type to $to', (row) => {
    const { outcome, ...parameters } = row;
    const action = { name: 'rollback', ...parameters } as const;
    const given = facts({ action, deployment: running(60) });
    expect(deployment(given, DEFAULT, NOW).outcome).toBe(outcome);
  });
});

describe('mode', () => {
  it.each([
    { given: 'observe', outcome: 'refuse', why: 'observe mode: would restart shop' },
    { given: 'approve', outcome: 'ask', why: 'approve mode: asks before it may restart shop' },
    { given: 'auto', outcome: 'pass', why: 'auto mode: may restart shop' },
  ] as const)('answers $outcome in mode $given', ({ given, outcome, why }) => {
    expect(mode(facts({ mode: given }), DEFAULT, NOW)).toEqual({
      guard: 'mode',
      outcome,
      why,
      until: null,
    });
  });
});
