import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.js';
import { type ConfigNow, configTarget } from '../../lib/platforms/config-target.js';
import type { ActionRequest, LedgerState } from '../../lib/platforms/platform.js';

const DAY = 24 * 3600_000;
const NOW = Date.UTC(2026, 2, 21);

/** A proven state of so many days ago. */
const state = (daysAgo: number, given: Partial<LedgerState> = {}): LedgerState => ({
  deploymentId: `dep-${daysAgo}`,
  version: 'v1',
  instances: null,
  firstSeen: new Date(NOW - (daysAgo + 1) * DAY),
  lastSeen: new Date(NOW - daysAgo * DAY),
  healthyMinutes: 90,
  evidence: '90 healthy minutes',
  schema: null,
  incidents: 0,
  standing: 'proven',
  config: { URL: 'good' },
  ...given,
});

function target(known: readonly LedgerState[], to?: string, given: Partial<ConfigNow> = {}) {
  const action = { name: 'rollback', rollback_type: 'config', ...(to && { to }) } as const;
  const request: ActionRequest = {
    ...{ recoveryId: 'r', component: 'shop', target: { type: 'none' }, action },
    ...{ byPerson: to !== undefined, known },
  };
  const step = { request, now: new Date(NOW), settleMs: 0, targetId: 'srv-1' };
  return configTarget(step, { version: 'v1', config: { URL: 'now' }, ...given }).deploymentId;
}

describe('configTarget', () => {
  it('is the newest proven state, past what is not proven, and what was never seen', () => {
    const known = [
      state(0, { standing: 'bad' }),
      state(1, { standing: 'unproven' }),
      state(2, { config: null }),
      state(4),
      state(3),
    ];
    expect(target(known)).toBe('dep-3');
  });

  it('is none past the newest proven state where the present one is the same: it did well', () => {
    const same = { config: { URL: 'now' } };
    const known = [
      state(0, { ...same, standing: 'bad' }),
      state(1, { ...same, version: 'v0' }),
      state(20),
    ];
    expect(() => target(known)).toThrow(AppError);
    expect(() => target(known)).toThrow('is as it was when dep-1 was proven');
    expect(target(known, 'dep-20')).toBe('dep-20');
  });

  it('takes no variable away for another version, and goes past what cannot be put back', () => {
    const known = [state(1, { version: 'v0', config: {} }), state(2), state(3)];
    expect(target(known)).toBe('dep-2');
    const obstacle = () => 'it is held';
    expect(() => target(known, undefined, { obstacle })).toThrow('it is held');
  });
});
