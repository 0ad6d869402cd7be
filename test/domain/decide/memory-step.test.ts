import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assessment, Level } from '../../../lib/domain/assessment.js';
import { type Memory, NO_MEMORY } from '../../../lib/domain/decide/memory.js';
import { remember } from '../../../lib/domain/decide/memory-step.js';
import { levelRank } from '../../../lib/domain/decide/severity.js';
import { DEFAULT_SETTINGS } from '../../../lib/domain/settings.js';
import { instant } from '../series.js';

const settings = DEFAULT_SETTINGS;

const HORIZONS = {
  none: { '1h': 0.01, '6h': 0.02, '24h': 0.04 },
  simmering: { '1h': 0.1, '6h': 0.2, '24h': 0.3 },
  medium: { '1h': 0.1, '6h': 0.3, '24h': 0.6 },
  high: { '1h': 0.3, '6h': 0.7, '24h': 0.8 },
  faded: { '1h': 0.1, '6h': 0.7, '24h': 0.8 },
  critical: { '1h': 0.8, '6h': 0.9, '24h': 0.95 },
} as const;

const LEVELS: Readonly<Record<keyof typeof HORIZONS, Level>> = {
  none: null,
  simmering: null,
  medium: 'medium',
  high: 'high',
  faded: 'high',
  critical: 'critical',
};

type Outlook = keyof typeof HORIZONS;
type State = Assessment['state'];

function assessed(state: State, outlook: Outlook, score: number | null = 80): Assessment {
  return {
    component: 'shop',
    score,
    trend: 'stable',
    warnings: [],
    prediction: {
      probability: 0,
      level: LEVELS[outlook],
      horizons: HORIZONS[outlook],
      timeToFailureS: null,
      reasons: [],
      evidence: [],
    },
    leak: null,
    state,
    breaching: [],
    metrics: {},
    samples: 60,
    asOf: instant(0),
  };
}

/** The memory after these assessments, a minute apart. */
function remembered(
  steps: readonly (readonly [State, Outlook])[],
  from: Memory = NO_MEMORY,
): Memory {
  return steps.reduce(
    (memory, [state, outlook], index) =>
      remember(memory, assessed(state, outlook), settings, instant(60 * index)),
    from,
  );
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);
const GOOD = ['healthy', 'none'] as const;
const LOST = ['unknown', 'none'] as const;
const CRITICAL = ['degraded', 'critical'] as const;
const HIGH = ['degraded', 'high'] as const;
const MEDIUM = ['degraded', 'medium'] as const;
const FAILING = ['failing', 'none'] as const;
const WARM = ['degraded', 'none'] as const;

describe('remember, streaks', () => {
  it.each([
    { name: 'nothing', steps: [], bad: 0, good: 0 },
    { name: 'one good', steps: [GOOD], bad: 0, good: 1 },
    { name: 'three good', steps: times(3, GOOD), bad: 0, good: 3 },
    { name: 'three critical', steps: times(3, CRITICAL), bad: 3, good: 0 },
    { name: 'three failing', steps: times(3, FAILING), bad: 3, good: 0 },
    { name: 'bad after good', steps: [GOOD, GOOD, CRITICAL], bad: 1, good: 0 },
    { name: 'good after bad', steps: [CRITICAL, CRITICAL, GOOD], bad: 0, good: 1 },
    { name: 'warm after bad', steps: [CRITICAL, CRITICAL, WARM], bad: 0, good: 0 },
    { name: 'warm after good', steps: [GOOD, GOOD, WARM], bad: 0, good: 0 },
    { name: 'unknown after bad', steps: [CRITICAL, CRITICAL, LOST], bad: 2, good: 0 },
    { name: 'unknown within bad', steps: [CRITICAL, LOST, CRITICAL], bad: 2, good: 0 },
    { name: 'unknown after good', steps: [GOOD, GOOD, LOST], bad: 0, good: 2 },
    { name: 'only unknown', steps: times(5, LOST), bad: 0, good: 0 },
    { name: 'critical after high', steps: [HIGH, HIGH, CRITICAL], bad: 3, good: 0 },
    { name: 'high after critical, still near', steps: [CRITICAL, HIGH], bad: 2, good: 0 },
    {
      name: 'high after critical, no longer near',
      steps: [CRITICAL, ['degraded', 'faded']],
      bad: 0,
      good: 0,
    },
    {
      name: 'critical after mere warnings',
      steps: [...times(9, MEDIUM), CRITICAL],
      bad: 1,
      good: 0,
    },
    { name: 'failing after mere warnings', steps: [MEDIUM, MEDIUM, FAILING], bad: 3, good: 0 },
    { name: 'a prediction while failing', steps: [FAILING, FAILING, CRITICAL], bad: 3, good: 0 },
    { name: 'healthy but for a level', steps: [['healthy', 'critical']], bad: 1, good: 0 },
  ] as const)('are $bad bad and $good good after $name', ({ steps, bad, good }) => {
    const memory = remembered(steps);
    expect({ bad: memory.bad, good: memory.good }).toEqual({ bad, good });
    expect(memory.badAt).toHaveLength(Math.min(bad, settings.agreeing));
  });

  it('keeps when the last of the bad ones were made, as many as must agree', () => {
    const at = (...indices: number[]) => indices.map((index) => instant(60 * index).getTime());
    expect(remembered([GOOD, ...times(5, CRITICAL)]).badAt).toEqual(at(3, 4, 5));
    expect(remembered([CRITICAL, LOST, CRITICAL]).badAt).toEqual(at(0, 2));
    expect(remembered([HIGH, GOOD, HIGH]).badAt).toEqual(at(2));
    expect(remembered([MEDIUM, MEDIUM, CRITICAL]).badAt).toEqual(at(2));
  });
});

describe('remember, with a window that has just begun anew', () => {
  const short = (level: 'none' | 'critical', samples: number, from: Memory): Memory =>
    remember(
      from,
      { ...assessed(level === 'none' ? 'healthy' : 'degraded', level), samples },
      settings,
      instant(600),
    );
  const bad = remembered([CRITICAL, CRITICAL, CRITICAL]);

  it('takes what is not bad for neither good nor calm, nor for a change', () => {
    const after = short('none', 7, bad);
    expect(after).toMatchObject({ bad: 0, good: 0, calm: 0, raised: 'critical' });
    expect(after.changes).toEqual(bad.changes);
    const later = short('none', 8, bad);
    expect(later).toMatchObject({ bad: 0, good: 1, calm: 1, raised: 'critical' });
    expect(later.changes).toHaveLength(bad.changes.length + 1);
  });

  it('goes on seeing what is bad', () => {
    expect(short('critical', 3, bad)).toMatchObject({ bad: 4, raised: 'critical' });
  });
});

describe('remember, the level held', () => {
  it.each([
    { name: 'nothing', steps: [GOOD], raised: null },
    { name: 'one medium', steps: [MEDIUM], raised: 'medium' },
    { name: 'a rise', steps: [MEDIUM, HIGH, CRITICAL], raised: 'critical' },
    { name: 'a fall', steps: [CRITICAL, HIGH, MEDIUM], raised: 'critical' },
    { name: 'five calm ones', steps: [CRITICAL, ...times(5, GOOD)], raised: 'critical' },
    { name: 'six calm ones', steps: [CRITICAL, ...times(6, GOOD)], raised: null },
    {
      name: 'six calm ones, interrupted',
      steps: [CRITICAL, ...times(3, GOOD), ['healthy', 'simmering'], ...times(3, GOOD)],
      raised: 'critical',
    },
    {
      name: 'calm ones between unknown ones',
      steps: [CRITICAL, ...times(3, GOOD), LOST, ...times(3, GOOD)],
      raised: null,
    },
    { name: 'only unknown ones', steps: [CRITICAL, ...times(20, LOST)], raised: 'critical' },
    {
      name: 'ten that simmer',
      steps: [HIGH, ...times(10, ['healthy', 'simmering'] as const)],
      raised: 'high',
    },
  ] as const)('is $raised after $name', ({ steps, raised }) => {
    expect(remembered(steps).raised).toBe(raised);
  });

  it('is released after as many as the setting says', () => {
    const quick = { ...settings, releaseAfter: 1 };
    const raised = remember(NO_MEMORY, assessed('degraded', 'critical'), settings, instant(0));
    expect(remember(raised, assessed('healthy', 'none'), quick, instant(60)).raised).toBeNull();
  });
});

describe('remember, what changed', () => {
  it('notes each step between bad and not bad, and forgets those beyond the flap window', () => {
    const memory = remembered([GOOD, CRITICAL, CRITICAL, GOOD, CRITICAL]);
    expect(memory.changes).toEqual([60, 180, 240].map((seconds) => instant(seconds).getTime()));
    const later = remember(memory, assessed('degraded', 'critical'), settings, instant(180 + 900));
    expect(later.changes).toEqual([instant(240).getTime()]);
  });

  it.each([
    { name: 'a first bad assessment', steps: [CRITICAL] },
    { name: 'unknown and back', steps: [GOOD, LOST, GOOD] },
    { name: 'bad over a silence', steps: [CRITICAL, LOST, LOST, CRITICAL] },
    { name: 'a degraded one', steps: [GOOD, WARM, GOOD] },
  ] as const)('does not count $name', ({ steps }) => {
    expect(remembered(steps).changes).toEqual([]);
  });

  it('knows since when the state has been unknown', () => {
    const lost = remembered([GOOD, LOST, LOST]);
    expect([lost.state, lost.unknownSince]).toEqual(['unknown', instant(60).getTime()]);
    const back = remember(lost, assessed('healthy', 'none'), settings, instant(180));
    expect([back.state, back.unknownSince]).toEqual(['healthy', null]);
  });

  it('forgets what it told once that is over', () => {
    const told = { ...NO_MEMORY, told: ['unknown', 'flapping', 'other'] };
    expect(remembered([LOST], told).told).toEqual(['unknown', 'flapping', 'other']);
    expect(remembered([GOOD], told).told).toEqual(['other']);
    const flapping = remembered([GOOD, CRITICAL, GOOD, CRITICAL], told);
    expect(flapping.changes).toHaveLength(3);
    const still = remember(
      { ...flapping, told: ['flapping'] },
      assessed('healthy', 'none'),
      settings,
      instant(240),
    );
    expect(still.told).toEqual(['flapping']);
  });

  it('leaves the failed probes alone', () => {
    expect(remembered([GOOD, CRITICAL, LOST], { ...NO_MEMORY, failedProbes: 2 }).failedProbes).toBe(
      2,
    );
  });
});

describe('remember, the scores', () => {
  it('keeps the last ten, oldest first', () => {
    const memory = times(14, 0).reduce<Memory>(
      (before, _, index) =>
        remember(before, assessed('healthy', 'none', index), settings, instant(60 * index)),
      NO_MEMORY,
    );
    expect(memory.scores.map(({ score }) => score)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(memory.scores[0]?.at).toBe(instant(240).getTime());
  });

  it('replaces the score of the same instant, and keeps none where there is none', () => {
    const once = remember(NO_MEMORY, assessed('healthy', 'none', 70), settings, instant(0));
    const twice = remember(once, assessed('healthy', 'none', 75), settings, instant(0));
    expect(twice.scores).toEqual([{ at: instant(0).getTime(), score: 75 }]);
    expect(remember(once, assessed('healthy', 'none', null), settings, instant(60)).scores).toEqual(
      once.scores,
    );
    expect(remember(once, assessed('unknown', 'none', 10), settings, instant(60)).scores).toEqual(
      once.scores,
    );
  });
});

const anyStep = fc.tuple(
  fc.constantFrom<State>('healthy', 'degraded', 'failing', 'unknown'),
  fc.constantFrom<Outlook>('none', 'simmering', 'medium', 'high', 'faded', 'critical'),
);

describe('remember, for any sequence', () => {
  it('never counts good and bad at once, and never holds less than the present level', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 40 }), (steps) => {
        const memory = remembered(steps);
        const [state, outlook] = steps.at(-1) ?? LOST;
        expect(Math.min(memory.good, memory.bad)).toBe(0);
        expect(memory.state).toBe(state);
        expect(memory.unknownSince !== null).toBe(state === 'unknown');
        if (state !== 'unknown') {
          expect(levelRank(memory.raised)).toBeGreaterThanOrEqual(levelRank(LEVELS[outlook]));
        }
      }),
    );
  });

  it('does not change what it was given', () => {
    const before = remembered([GOOD, CRITICAL]);
    const copy = structuredClone(before);
    remember(before, assessed('failing', 'critical'), settings, instant(600));
    expect(before).toEqual(copy);
  });
});
