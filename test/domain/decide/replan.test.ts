import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../lib/domain/decide/incident.js';
import { HOLD, PAGE, restartHung } from '../../../lib/domain/decide/plan-steps.js';
import { type ReplanInput, replans } from '../../../lib/domain/decide/replan.js';

const UNKNOWN: Plan = { situation: 'unknown', cause: 'no known pattern', steps: [PAGE] };
const DOWN: Plan = { situation: 'down', cause: 'it hangs', steps: [restartHung(null), PAGE] };

const input = (changes: Partial<ReplanInput>): ReplanInput => ({
  open: { plan: UNKNOWN, acknowledgedBy: null },
  found: DOWN,
  memory: { state: 'failing', bad: 2, failedProbes: 0 },
  settings: { agreeing: 2, breachesToOpen: 3 },
  ...changes,
});

describe('replans', () => {
  it.each([
    ['a cause is seen, and there is something to do about it', {}, true],
    [
      'only probes say that the trouble goes on',
      { memory: { state: 'unknown', bad: 0, failedProbes: 3 } },
      true,
    ],
    [
      'it fell silent, and no probe says more',
      { memory: { state: 'unknown', bad: 5, failedProbes: 2 } },
      false,
    ],
    ['too few looks agree', { memory: { state: 'failing', bad: 1, failedProbes: 2 } }, false],
    ['nothing is to be done', { found: { ...DOWN, steps: [PAGE] } }, false],
    ['it lies upstream', { found: { situation: 'upstream', steps: [HOLD, PAGE] } }, false],
    ['nothing is known now, either', { found: { ...DOWN, situation: 'unknown' } }, false],
    [
      'it was down before it was known to hang',
      { open: { plan: { ...DOWN, steps: [PAGE] }, acknowledgedBy: null } },
      true,
    ],
    [
      'it was planned anew once',
      { open: { plan: { ...UNKNOWN, anew: true }, acknowledgedBy: null } },
      false,
    ],
    ['a cause was known', { open: { plan: DOWN, acknowledgedBy: null } }, false],
    ['a person has taken it up', { open: { plan: UNKNOWN, acknowledgedBy: 'ann' } }, false],
  ] as const)('%s', (_, changes, wanted) => {
    expect(replans(input(changes))).toBe(wanted);
  });
});
