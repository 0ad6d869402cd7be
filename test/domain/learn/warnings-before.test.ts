import { describe, expect, it } from 'vitest';
import { leadBefore } from '../../../lib/domain/learn/warnings-before.js';
import { MINUTE } from '../../../lib/domain/time.js';

const FAILED = new Date('2026-03-02T00:00:00Z');

/** A failure with critical alarms so many minutes before it. */
const failure = (...minutes: number[]) => ({
  failedAt: FAILED,
  horizonS: 3600,
  alarms: minutes.map((m) => ({
    at: new Date(FAILED.getTime() - m * MINUTE),
    level: 'critical' as const,
  })),
});

describe('leadBefore', () => {
  it.each([
    { name: 'none', alarms: failure(), minutes: null },
    { name: 'one in time', alarms: failure(40), minutes: 40 },
    { name: 'one that is too late', alarms: failure(4), minutes: null },
    { name: 'one at the last moment', alarms: failure(5), minutes: 5 },
    { name: 'one that lasts', alarms: failure(5, 40, 100, 160), minutes: 160 },
    { name: 'one that paused', alarms: failure(40, 140), minutes: 40 },
    { name: 'one that was over long before', alarms: failure(125), minutes: null },
  ])('is $minutes min for $name', ({ alarms, minutes }) => {
    const lead = leadBefore(alarms, '1h');
    expect(lead === null ? null : lead / 60).toBe(minutes);
  });

  it('looks as far back as the horizon reaches', () => {
    expect(leadBefore(failure(7 * 60 - 1), '6h')).not.toBeNull();
    expect(leadBefore(failure(7 * 60 + 1), '6h')).toBeNull();
    expect(leadBefore(failure(7 * 60 + 1), '24h')).not.toBeNull();
  });

  it('takes no alarm of a milder level', () => {
    const [alarm] = failure(40).alarms;
    const mild = { ...failure(), alarms: [{ at: alarm?.at ?? FAILED, level: 'medium' as const }] };
    expect(leadBefore(mild, '1h')).toBeNull();
    expect(leadBefore(mild, '24h')).toBe(40 * 60);
  });
});
