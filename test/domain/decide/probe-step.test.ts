import { describe, expect, it } from 'vitest';
import { NO_MEMORY } from '../../../lib/domain/decide/memory.js';
import { probeStep } from '../../../lib/domain/decide/probe-step.js';

describe('probeStep', () => {
  const before = { ...NO_MEMORY, failedProbes: 2, silentProbes: 2, good: 4, bad: 1 };

  it.each([
    { probed: null, failedProbes: 2, silentProbes: 2, good: 4 },
    { probed: 'well', failedProbes: 0, silentProbes: 0, good: 4 },
    { probed: 'ill', failedProbes: 3, silentProbes: 0, good: 0 },
    { probed: 'silent', failedProbes: 3, silentProbes: 3, good: 0 },
  ] as const)('counts $failedProbes failed ones after one that found $probed', (after) => {
    const { probed, ...counts } = after;
    expect(probeStep(before, probed)).toEqual({ ...before, ...counts });
  });

  it('counts silence from nothing in a memory that was kept before it was counted', () => {
    expect(probeStep({ ...NO_MEMORY, failedProbes: 4 }, 'silent')).toMatchObject({
      failedProbes: 5,
      silentProbes: 1,
    });
  });
});
