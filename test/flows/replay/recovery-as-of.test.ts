import { describe, expect, it } from 'vitest';
import { recoveryAsOf } from '../../../lib/flows/replay/recovery-as-of.js';
import type { StoredRecovery } from '../../../lib/store/recoveries.js';
import { ago, recovery } from '../../domain/decide/build.js';

const story = (changes: Partial<StoredRecovery> = {}): StoredRecovery => ({
  ...recovery(),
  after: null,
  sealed: null,
  target: null,
  approvedBy: null,
  state: 'failed',
  approveBy: null,
  createdAt: ago(100),
  startedAt: ago(80),
  actedAt: ago(60),
  endedAt: ago(20),
  proof: { verdict: 'failed' },
  ...changes,
});

describe('recoveryAsOf', () => {
  it.each([
    { at: 100, state: 'planned', started: false, ended: false },
    { at: 80, state: 'executing', started: true, ended: false },
    { at: 60, state: 'verifying', started: true, ended: false },
    { at: 21, state: 'verifying', started: true, ended: false },
    { at: 20, state: 'failed', started: true, ended: true },
  ])('was $state $at s before now', ({ at, state, started, ended }) => {
    const then = recoveryAsOf(story(), ago(at));
    expect(then.state).toBe(state);
    expect([then.startedAt !== null, then.endedAt !== null]).toEqual([started, ended]);
    expect(then.proof).toEqual(ended ? { verdict: 'failed' } : null);
  });

  it('was waiting for a yes until it began, or until its time was up', () => {
    const asked = story({ approveBy: ago(40) });
    expect(recoveryAsOf(asked, ago(90)).state).toBe('awaiting_approval');
    const lapsed = { ...asked, startedAt: null, actedAt: null, state: 'expired' as const };
    expect([50, 20].map((at) => recoveryAsOf(lapsed, ago(at)).state)).toEqual([
      'awaiting_approval',
      'expired',
    ]);
  });
});
