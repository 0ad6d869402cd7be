import { describe, expect, it } from 'vitest';
import { afterRefusal } from '../../../lib/domain/decide/after-refusal.js';
import { SITUATIONS, type Situation } from '../../../lib/domain/decide/cause.js';
import type { Incident } from '../../../lib/domain/decide/incident.js';
import { type NextMove, nextMove } from '../../../lib/domain/decide/next-move.js';
import { planFor } from '../../../lib/domain/decide/plan.js';
import { PAGE } from '../../../lib/domain/decide/plan-steps.js';
import type { Recovery, RecoveryState } from '../../../lib/domain/decide/recovery.js';
import { isEnd, isInFlight, RECOVERY_STATES } from '../../../lib/domain/decide/recovery-states.js';
import { GUARD_NAMES, type GuardName } from '../../../lib/domain/decide/verdict.js';
import { ago, incident, NOW, recovery, settings } from './build.js';

function move(changes: Partial<Incident>, recoveries: readonly Partial<Recovery>[] = []): NextMove {
  const given = recoveries.map((one) => recovery(one));
  return nextMove({ incident: incident(changes), recoveries: given, waitsFor: null });
}

describe('nextMove', () => {
  it('begins with the first step', () => {
    expect(move({})).toEqual({
      kind: 'act',
      step: 0,
      action: { name: 'clean_memory' },
      why: 'clean up the memory of shop: frees memory',
    });
  });

  it.each(['succeeded', 'failed', 'expired', 'skipped'] as const)(
    'goes on to the next step after one that %s',
    (state) => {
      expect(move({}, [{ state }])).toMatchObject({
        kind: 'act',
        step: 1,
        action: { name: 'restart' },
      });
    },
  );

  it('decides anew about a step that a guard refused before it was begun, but not for ever', () => {
    const passed = { state: 'skipped', startedAt: null, proof: { verdicts: [] } } as const;
    expect(move({}, [passed])).toMatchObject({ kind: 'act', step: 0 });
    expect(move({}, [passed, passed])).toMatchObject({ kind: 'act', step: 0 });
    expect(move({}, [passed, passed, passed])).toMatchObject({ kind: 'act', step: 1 });
    expect(move({}, [{ ...passed, startedAt: NOW }])).toMatchObject({ kind: 'act', step: 1 });
  });

  it('goes on from the step that is stored, even without recoveries', () => {
    expect(move({ step: 1 })).toMatchObject({ kind: 'act', step: 1 });
    expect(move({ step: 2 })).toMatchObject({ kind: 'page' });
  });

  it('asks a person when every step was tried', () => {
    const asked = move({}, [
      { step: 1, state: 'failed' },
      { step: 0, state: 'failed' },
    ]);
    expect(asked).toEqual({ kind: 'page', why: '2 steps were tried: nothing is left' });
  });

  it.each([
    { step: 3, needsPerson: true, kind: 'wait' },
    { step: 3, needsPerson: false, kind: 'page' },
    { step: 9, needsPerson: false, kind: 'page' },
    { step: 2, needsPerson: true, kind: 'page' },
    { step: 1, needsPerson: true, kind: 'act' },
  ])('answers $kind at step $step of 3 when a person was asked: $needsPerson', (row) => {
    const { kind, ...stored } = row;
    expect(move(stored).kind).toBe(kind);
  });

  it.each(RECOVERY_STATES.filter(isInFlight))('waits while a recovery is %s', (state) => {
    expect(move({}, [{ state }])).toEqual({ kind: 'wait', why: `clean_memory is ${state}` });
    expect(move({ step: 3, needsPerson: true }, [{ state, origin: 'person' }]).kind).toBe('wait');
  });

  it('does nothing for a closed incident', () => {
    expect(move({ state: 'closed', closedAt: NOW }).kind).toBe('wait');
  });

  it.each([
    { what: 'was undone', one: { state: 'undone' } },
    { what: 'was judged worse', one: { state: 'failed', proof: { verdict: 'worse' } } },
    { what: 'undid another', one: { state: 'succeeded', origin: 'undo' } },
  ] as const)('stops the plan and asks a person when a recovery $what', ({ one }) => {
    expect(move({}, [one]).kind).toBe('page');
    expect(move({ step: 3, needsPerson: true }, [one]).kind).toBe('wait');
  });

  it('is not moved by what people did beside the plan', () => {
    const own = { step: 0, state: 'succeeded', origin: 'person' } as const;
    expect(move({}, [own])).toMatchObject({ kind: 'act', step: 0 });
  });

  it('asks a person when there is no plan at all', () => {
    const plan = { situation: 'unknown', cause: 'nothing is known', steps: [] } as const;
    expect(move({ plan })).toEqual({
      kind: 'page',
      why: '0 steps were tried: the plan is at its end',
    });
  });

  it('holds while the upstream fails, then asks a person', () => {
    const held = incident({ plan: planOf('upstream') });
    const at = (waitsFor: string | null) => nextMove({ incident: held, recoveries: [], waitsFor });
    expect(at('billing is failing').kind).toBe('hold');
    expect(at('billing is failing').why).toContain('billing is failing');
    expect(at(null)).toMatchObject({ kind: 'page' });
    expect(at(null).why).toContain('nothing that Forestall may do by itself is left');
  });

  it('asks nobody about what is unexplained while its likely cause is being seen to', () => {
    const unexplained = incident({ plan: planOf('unknown') });
    const at = (waitsFor: string | null) =>
      nextMove({ incident: unexplained, recoveries: [], waitsFor });
    expect(at('billing is failing').kind).toBe('hold');
    expect(at('billing is failing').why).toContain('billing is failing');
    expect(at(null)).toMatchObject({ kind: 'page' });
  });

  it.each(['down', 'saturation_with_traffic', 'config_regression'] as const)(
    'asks a person about %s of its own, whatever else fails',
    (situation) => {
      const plan = { ...planOf(situation), steps: [PAGE] };
      const next = nextMove({ incident: incident({ plan }), recoveries: [], waitsFor: 'x fails' });
      expect(next.kind).toBe('page');
    },
  );

  it('asks a person where what an unexplained incident was tried on did not help', () => {
    const plan = { ...planOf('unknown'), steps: [...planOf('leak').steps] };
    const tried = plan.steps.slice(0, -1).map((_, step) => recovery({ state: 'failed', step }));
    const next = nextMove({ incident: incident({ plan }), recoveries: tried, waitsFor: 'x fails' });
    expect(next.kind).toBe('page');
  });
});

const NOTHING = {
  can: () => true,
  canRollBack: () => true,
  instance: () => null,
  instances: 2,
  scale: { min: 1, max: 4 },
  recentDeployment: { id: 'd', version: 'v7', finishedAt: ago(600), kind: 'deployment' },
  standby: 'eu',
  hangs: false,
} as const;

function planOf(situation: Situation) {
  return planFor({ ...NOTHING, causes: [{ situation, cause: 'a cause', confidence: 'fair' }] });
}

const LIMITS = [
  'restart_limit',
  'rollback_limit',
  'hourly_limit',
  'daily_limit',
  'storm',
  'breaker',
  'flapping',
  'kill_switch',
] as const;

/** An incident on its way through its plan. */
interface Path {
  readonly open: Incident;
  readonly tried: readonly Recovery[];
  readonly acted: readonly number[];
}

/** Where a path leads when the step it is at goes a certain way. */
type Then = Path | 'paged' | 'waits';

/** The recovery of the step ended like this. */
function ended(path: Path, at: number, state: RecoveryState): Then {
  const tried = [...path.tried, recovery({ step: at, state })];
  return { open: { ...path.open, step: at }, tried, acted: [...path.acted, at] };
}

/** A guard refused the step, long after the incident opened. */
function refused(path: Path, at: number, guard: GuardName): Then {
  const verdicts = [{ guard, outcome: 'refuse', why: 'a limit', until: null }] as const;
  const given = { verdicts, incident: path.open, settings: settings(), now: NOW };
  const followed = afterRefusal(given);
  if (followed.kind === 'page') return 'paged';
  if (followed.kind === 'wait') return 'waits';
  return { ...path, open: { ...path.open, step: at + 1 }, acted: [...path.acted, at] };
}

/** Everything that can become of a step. */
function outcomes(path: Path, at: number): Then[] {
  return [
    ...RECOVERY_STATES.filter(isEnd).map((state) => ended(path, at, state)),
    ...GUARD_NAMES.map((guard) => refused(path, at, guard)),
  ];
}

/** Follow every outcome of every step from the opening on, and give every state that is met. */
function everyState(situation: Situation): { path: Path; next: NextMove }[] {
  const open = incident({ plan: planOf(situation), openedAt: ago(10_000) });
  const met: { path: Path; next: NextMove }[] = [];
  const ahead: Path[] = [{ open, tried: [], acted: [] }];
  for (const path of ahead) {
    const next = nextMove({ incident: path.open, recoveries: path.tried, waitsFor: null });
    met.push({ path, next });
    if (next.kind !== 'act') continue;
    ahead.push(...outcomes(path, next.step).filter((then) => typeof then !== 'string'));
  }
  return met;
}

describe('nextMove, in every state that an incident can be in', () => {
  it.each(SITUATIONS)(
    'acts or asks a person, and never tries a step twice, for %s',
    (situation) => {
      const states = everyState(situation);
      expect(states.length).toBeGreaterThan(0);
      for (const { path, next } of states) {
        expect(['act', 'page']).toContain(next.kind);
        if (next.kind === 'act') expect(path.acted).not.toContain(next.step);
      }
    },
  );

  it('meets more than one state for every plan that has something to do', () => {
    const counts = SITUATIONS.map((situation) => everyState(situation).length);
    // Two steps: the first leads on in 8 ways (5 ends, of which "undone" stops; 3 guards), each again.
    expect(counts).toEqual([65, 9, 9, 9, 65, 65, 1, 9, 9, 1]);
  });

  it.each(LIMITS)('asks a person once %s has been reached, whatever went before', (limit) => {
    for (const { path, next } of SITUATIONS.flatMap(everyState)) {
      if (next.kind === 'act') expect(refused(path, next.step, limit)).toBe('paged');
    }
  });
});

describe('nextMove after a step that succeeded', () => {
  const healed = { incident: incident(), recoveries: [recovery({ state: 'succeeded' })] };

  it('waits for the incident to close while the trouble is gone', () => {
    expect(nextMove({ ...healed, waitsFor: null, stillBad: false }).kind).toBe('wait');
  });

  it('goes on when the trouble is there again', () => {
    expect(nextMove({ ...healed, waitsFor: null, stillBad: true }).kind).not.toBe('wait');
  });
});
