import { describe, expect, it } from 'vitest';
import { type ActionCheck, healCheck } from '../../../lib/domain/decide/heal-check.js';

const check = (can: ActionCheck['can']): ActionCheck => ({
  action: 'restart',
  by: 'render',
  can,
  why: can === 'yes' ? null : 'a test',
});

describe('healCheck', () => {
  it.each([
    [[], 'no'],
    [['yes', 'yes'], 'yes'],
    [['yes', 'no'], 'partly'],
    [['yes', 'unknown'], 'partly'],
    [['no', 'no'], 'no'],
    [['no', 'unknown'], 'no'],
    [['unknown', 'unknown'], 'unknown'],
  ] as const)('sums %j up to %s', (all, verdict) => {
    expect(healCheck(all.map(check)).verdict).toBe(verdict);
  });

  it.each([
    ['yes', 'yes', 'yes'],
    ['yes', 'no', 'partly'],
    ['no', 'yes', 'no'],
    ['unknown', 'yes', 'unknown'],
  ] as const)(
    'heals nothing (%s) by a configuration that can be read (%s): %s',
    (one, read, verdict) => {
      const config = { ...check(read), rollback_type: 'config' } as const;
      expect(healCheck([check(one), config]).verdict).toBe(verdict);
    },
  );
});
