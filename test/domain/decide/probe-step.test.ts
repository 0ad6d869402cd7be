import { describe, expect, it } from 'vitest';
import { NO_MEMORY } from '../../../lib/domain/decide/memory.js';
import { probeStep } from '../../../lib/domain/decide/probe-step.js';

describe('probeStep', () => {
  const before = { ...NO_MEMORY, failedProbes: 2, good: 4, bad: 1 };

  it.each([
    { answered: null, failedProbes: 2, good: 4 },
    { answered: true, failedProbes: 0, good: 4 },
    { answered: false, failedProbes: 3, good: 0 },
  ])('leaves $failedProbes failed probes when answered is $answered', ({ answered, ...after }) => {
    expect(probeStep(before, answered)).toEqual({ ...before, ...after });
  });
});
