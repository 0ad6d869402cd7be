import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterRefusal } from '../../../lib/domain/decide/after-refusal.js';
import { GUARD_NAMES, type GuardName, type Verdict } from '../../../lib/domain/decide/verdict.js';
import { ago, NOW, settings } from './build.js';

function refused(guard: GuardName, until: Date | null = null): Verdict {
  return { guard, outcome: 'refuse', why: `${guard} says 7`, until };
}

function follow(verdicts: readonly Verdict[], openedAgoS = 0) {
  const incident = { openedAt: ago(openedAgoS) };
  return afterRefusal({ verdicts, incident, settings: settings(), now: NOW });
}

const MEANING: Readonly<Record<GuardName, string>> = {
  kill_switch: 'page',
  freeze: 'wait',
  deployment: 'wait',
  mode: 'page',
  executor: 'next',
  action_class: 'page',
  bounds: 'next',
  standby: 'next',
  evidence: 'wait',
  requests: 'wait',
  history: 'page',
  unknown_state: 'wait',
  flapping: 'page',
  provider: 'wait',
  upstream: 'wait',
  common_cause: 'wait',
  in_flight: 'wait',
  cooldown: 'wait',
  restart_limit: 'page',
  rollback_limit: 'page',
  hourly_limit: 'page',
  daily_limit: 'page',
  recovery_share: 'wait',
  reach: 'page',
  storm: 'page',
  breaker: 'page',
  premise: 'wait',
};

describe('afterRefusal', () => {
  it.each(GUARD_NAMES)('follows a refusal by %s', (guard) => {
    const followed = follow([refused(guard)]);
    expect(followed.kind).toBe(MEANING[guard]);
    expect(followed.why).toBe(`${guard}: ${guard} says 7`);
  });

  it.each(['evidence', 'requests', 'unknown_state', 'premise'] as const)(
    'lets doubt about %s wait for five minutes, and then tells a person',
    (guard) => {
      expect(follow([refused(guard)], 299)).toMatchObject({ kind: 'wait', until: ago(-1) });
      expect(follow([refused(guard)], 300).kind).toBe('page');
      expect(follow([refused(guard)], 301).kind).toBe('page');
    },
  );

  it.each(['upstream', 'in_flight', 'recovery_share'] as const)(
    'lets %s wait without an end for five minutes, and then tells a person',
    (guard) => {
      expect(follow([refused(guard)], 299)).toMatchObject({ kind: 'wait', until: null });
      expect(follow([refused(guard)], 300).kind).toBe('page');
      expect(follow([refused(guard, ago(-60))], 300).kind).toBe('wait');
    },
  );

  it.each([
    { guards: ['freeze', 'kill_switch'], kind: 'wait' },
    { guards: ['in_flight', 'restart_limit'], kind: 'wait' },
    { guards: ['evidence', 'mode'], kind: 'wait' },
    { guards: ['mode', 'executor'], kind: 'page' },
    { guards: ['executor', 'cooldown'], kind: 'next' },
    { guards: ['cooldown', 'recovery_share'], kind: 'wait' },
    { guards: ['cooldown', 'hourly_limit'], kind: 'page' },
  ] as const)('answers $kind when $guards refuse together', ({ guards, kind }) => {
    expect(follow(guards.map((guard) => refused(guard))).kind).toBe(kind);
  });

  it('waits until the last of what it waits for', () => {
    const both = [refused('freeze', ago(-60)), refused('deployment', ago(-600))];
    expect(follow(both)).toMatchObject({ until: ago(-600) });
    expect(follow([...both, refused('in_flight')])).toMatchObject({ until: null });
    expect(follow([refused('cooldown', ago(-60))])).toMatchObject({ until: ago(-60) });
  });

  it('names only what decided', () => {
    const verdicts = [
      refused('evidence'),
      refused('mode'),
      { ...refused('storm'), outcome: 'pass' } as const,
    ];
    expect(follow(verdicts).why).toBe('evidence: evidence says 7');
  });

  it.each([{ outcomes: [] }, { outcomes: ['pass', 'ask', 'overridden'] as const }])(
    'has nothing to follow among $outcomes',
    ({ outcomes }) => {
      const verdicts = outcomes.map((outcome) => ({ ...refused('mode'), outcome }));
      expect(() => follow(verdicts)).toThrow(RangeError);
    },
  );

  it('never waits for doubt alone once a person should know, whatever else refuses', () =>
    fc.assert(
      fc.property(fc.subarray([...GUARD_NAMES], { minLength: 1 }), (guards) => {
        const { kind } = follow(
          guards.map((guard) => refused(guard)),
          10_000,
        );
        // Of a common cause a person has been told when it began.
        const passing = [
          'common_cause',
          'freeze',
          'deployment',
          'in_flight',
          'cooldown',
          'recovery_share',
        ];
        if (kind === 'wait') expect(guards.some((guard) => passing.includes(guard))).toBe(true);
      }),
    ));
});
