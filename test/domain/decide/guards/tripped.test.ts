import { describe, expect, it } from 'vitest';
import { tripped } from '../../../../lib/domain/decide/guards/tripped.js';
import { ago, facts, NOW, settings } from '../build.js';

describe('tripped', () => {
  it.each([
    { failures: [], outcome: 'pass', until: null, says: 'closed: 0 failures of restart' },
    { failures: [300, 100], outcome: 'pass', until: null, says: 'closed: 2 failures of restart' },
    {
      failures: [300, 200, 100],
      outcome: 'ask',
      until: -1700,
      says: 'open: 3 failures of restart',
    },
    { failures: [3000, 2000, 1800], outcome: 'pass', until: null, says: 'half open: 3 failures' },
  ])('answers $outcome after failures $failures s ago', ({ failures, outcome, until, says }) => {
    const given = facts({ breaker: { failures: failures.map(ago), lastSuccessAt: null } });
    const verdict = tripped(given, settings(), NOW);
    expect(verdict).toMatchObject({
      guard: 'breaker',
      outcome,
      until: until === null ? null : ago(until),
    });
    expect(verdict.why).toContain(says);
  });
});
