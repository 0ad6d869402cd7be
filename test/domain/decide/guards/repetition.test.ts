import { describe, expect, it } from 'vitest';
import type { Action } from '../../../../lib/domain/decide/action.js';
import {
  cooldown,
  inFlight,
  restartLimit,
  rollbackLimit,
  upstream,
} from '../../../../lib/domain/decide/guards/repetition.js';
import { ago, facts, NOW, settings } from '../build.js';

const DEFAULT = settings();
const ROLLBACK: Action = { name: 'rollback', rollback_type: 'deployment' };

describe('upstream', () => {
  it('holds while something that the component depends on has an open incident', () => {
    const upstreamBad = { name: 'billing', settledAt: null };
    expect(upstream(facts({ upstreamBad }), DEFAULT, NOW)).toMatchObject({
      outcome: 'refuse',
      why: 'shop depends on billing, which has an open incident',
      until: null,
    });
    const settledAt = ago(-90);
    const settling = facts({ upstreamBad: { name: 'billing', settledAt } });
    expect(upstream(settling, DEFAULT, NOW)).toMatchObject({
      outcome: 'refuse',
      why: 'shop depends on billing, whose incident has only just closed',
      until: settledAt,
    });
    expect(upstream(facts(), DEFAULT, NOW).outcome).toBe('pass');
  });

  it('holds while others fail that lean on the same thing of unknown state', () => {
    const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(upstream(facts({ unsureUpstream: { name: 'db', others } }), DEFAULT, NOW)).toMatchObject(
      {
        outcome: 'refuse',
        why: 'shop and a, b, c, d, e and 2 more began to fail together and depend on db, whose state is not known',
      },
    );
  });

  it('holds while what it depends on has just fallen silent', () => {
    const silent = facts({ unsureUpstream: { name: 'db', others: [] } });
    expect(upstream(silent, DEFAULT, NOW)).toMatchObject({
      outcome: 'refuse',
      why: 'shop depends on db, which fell silent at about the time when its trouble began',
      until: null,
    });
  });
});

describe('inFlight', () => {
  it.each([
    { component: false, groupMember: null, outcome: 'pass', says: '0 recoveries of shop' },
    { component: true, groupMember: null, outcome: 'refuse', says: '1 recovery of shop' },
    { component: false, groupMember: 'cart', outcome: 'refuse', says: '1 recovery of cart' },
    { component: true, groupMember: 'cart', outcome: 'refuse', says: '1 recovery of shop' },
  ])('answers $outcome when $component and $groupMember', ({ outcome, says, ...given }) => {
    const verdict = inFlight(facts({ inFlight: given }), DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'in_flight', outcome, until: null });
    expect(verdict.why).toContain(says);
  });
});

describe('cooldown', () => {
  const cases: readonly { action: Action; cooldownS: number; text: string }[] = [
    { action: { name: 'restart' }, cooldownS: 600, text: '10 min' },
    { action: { name: 'scale', to: 2 }, cooldownS: 300, text: '5 min' },
    { action: ROLLBACK, cooldownS: 1800, text: '30 min' },
    { action: { name: 'clean_memory' }, cooldownS: 300, text: '5 min' },
    { action: { name: 'reset_database' }, cooldownS: 300, text: '5 min' },
    { action: { name: 'fail_over', to: 'eu' }, cooldownS: 3600, text: '1 h' },
  ];

  it.each(cases)(
    'holds $action.name for $cooldownS s and not longer',
    ({ action, cooldownS, text }) => {
      const at = (seconds: number) =>
        cooldown(facts({ action, lastBegan: { [action.name]: ago(seconds) } }), DEFAULT, NOW);
      const [below, exactly, above] = [at(cooldownS - 1), at(cooldownS), at(cooldownS + 1)];
      expect(below).toMatchObject({ guard: 'cooldown', outcome: 'refuse', until: ago(-1) });
      expect(exactly).toMatchObject({ outcome: 'pass', until: null });
      expect(above.outcome).toBe('pass');
      for (const { why } of [below, exactly, above]) expect(why).toContain(text);
    },
  );

  it('passes what never ran', () => {
    expect(cooldown(facts(), DEFAULT, NOW).outcome).toBe('pass');
  });

  it('looks at the same action only', () => {
    const given = facts({ lastBegan: { clean_memory: ago(1) } });
    expect(cooldown(given, DEFAULT, NOW).outcome).toBe('pass');
  });

  it('refuses after a beginning that lies in the future', () => {
    const given = facts({ lastBegan: { restart: ago(-5) } });
    expect(cooldown(given, DEFAULT, NOW)).toMatchObject({ outcome: 'refuse', until: ago(-605) });
  });
});

describe('restartLimit', () => {
  it.each([
    { restarts: [], outcome: 'pass', until: null, says: '0 restarts' },
    { restarts: [3000, 100], outcome: 'pass', until: null, says: '2 restarts' },
    { restarts: [3000, 2000, 100], outcome: 'refuse', until: -600, says: '3 restarts' },
    { restarts: [3500, 3000, 2000, 100], outcome: 'refuse', until: -600, says: '4 restarts' },
    { restarts: [3599, 2000, 100], outcome: 'refuse', until: -1, says: '3 restarts' },
    { restarts: [3600, 2000, 100], outcome: 'pass', until: null, says: '2 restarts' },
  ])('answers $outcome after restarts $restarts s ago', ({ restarts, outcome, until, says }) => {
    const verdict = restartLimit(facts({ restartsLastHour: restarts.map(ago) }), DEFAULT, NOW);
    expect(verdict).toMatchObject({
      guard: 'restart_limit',
      outcome,
      until: until === null ? null : ago(until),
    });
    expect(verdict.why).toContain(says);
  });

  it('never passes a restart when none are allowed', () => {
    const none = settings({ restartsPerHour: 0 });
    expect(restartLimit(facts(), none, NOW)).toMatchObject({ outcome: 'refuse', until: null });
  });

  it('passes any other action', () => {
    const given = facts({ action: ROLLBACK, restartsLastHour: [1, 2, 3, 4].map(ago) });
    expect(restartLimit(given, DEFAULT, NOW).outcome).toBe('pass');
  });
});

describe('rollbackLimit', () => {
  it.each([
    { done: 0, outcome: 'pass' },
    { done: 1, outcome: 'refuse' },
    { done: 2, outcome: 'refuse' },
    { done: Number.NaN, outcome: 'refuse' },
  ])('answers $outcome after $done rollbacks', ({ done, outcome }) => {
    const given = facts({ action: ROLLBACK, rollbacksInIncident: done });
    const verdict = rollbackLimit(given, DEFAULT, NOW);
    expect(verdict).toMatchObject({ guard: 'rollback_limit', outcome, until: null });
    expect(verdict.why).toContain(`${done} rollbacks`);
  });

  it('passes any other action', () => {
    const given = facts({ rollbacksInIncident: 9 });
    expect(rollbackLimit(given, DEFAULT, NOW).outcome).toBe('pass');
  });
});
