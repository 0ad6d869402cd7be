import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../../lib/domain/assessment.js';
import { NO_MEMORY } from '../../../lib/domain/decide/memory.js';
import { tellBlock, toldAt } from '../../../lib/flows/replay/told.js';
import type { Glance } from '../../../lib/flows/replay/watch.js';
import { goodEvidence, healthy, leaking, leakPremise } from '../../domain/decide/build.js';

function glance(assessment: Partial<Assessment>, isOpen = false): Glance {
  return {
    assessment: healthy(assessment),
    happening: null,
    isOpen,
    last: {
      componentId: 7,
      memory: { ...NO_MEMORY, raised: 'high' },
      evidence: goodEvidence(),
      premise: leakPremise(),
      lastSampleAt: null,
      timeToFailureS: null,
    },
  };
}

describe('tellBlock and toldAt', () => {
  const prediction = leaking({ timeToFailureS: { low: 60, likely: 120, high: 180 } });
  const glances: (Glance | null)[] = [
    null,
    glance({}),
    glance({ prediction, state: 'degraded' }, true),
    glance({ prediction, samples: 0, state: 'unknown' }),
  ];
  const seen: number[] = [];
  const told = tellBlock(
    7,
    (now) => {
      seen.push(now.getTime());
      return glances[seen.length - 1] ?? null;
    },
    { from: 10, until: 14 },
    1000,
  );

  it('look at each tick once, in its order', () => {
    expect(seen).toEqual([10_000, 11_000, 12_000, 13_000]);
  });

  it('tell nothing of what nobody knew, and no numbers where there were no samples', () => {
    expect(toldAt(told, 0)).toBeNull();
    expect(toldAt(told, 3)).toMatchObject({ state: 'unknown', within: null, timeToFailureS: null });
    expect(toldAt(told, 4)).toBeNull();
  });

  it('tell what was said', () => {
    expect(toldAt(told, 1)).toMatchObject({ level: null, raised: 'high', reasons: [] });
    const { horizons, level, reasons } = prediction;
    expect(toldAt(told, 2)).toEqual({
      state: 'degraded',
      level,
      raised: 'high',
      within: [horizons['1h'], horizons['6h'], horizons['24h']],
      timeToFailureS: [60, 120, 180],
      reasons,
    });
  });

  it('keep what decisions rest on of ticks with an open incident alone', () => {
    expect(told.looks.map(({ tick }) => tick)).toEqual([2]);
  });
});
