import { describe, expect, it } from 'vitest';
import { approvalDeadline } from '../../../lib/domain/decide/approval.js';
import { ago, NOW, settings } from './build.js';

describe('approvalDeadline', () => {
  it.each([
    { what: 'nothing is predicted', timeToFailureS: null, deadline: 86_400 },
    { what: 'low 3600', timeToFailureS: { low: 3600, likely: 5000, high: 9000 }, deadline: 3480 },
    { what: 'low 181', timeToFailureS: { low: 181, likely: 5000, high: 9000 }, deadline: 61 },
    { what: 'low 180', timeToFailureS: { low: 180, likely: 5000, high: 9000 }, deadline: 60 },
    { what: 'low 179', timeToFailureS: { low: 179, likely: 5000, high: 9000 }, deadline: 4880 },
    { what: 'low 0, likely 100', timeToFailureS: { low: 0, likely: 100, high: 200 }, deadline: 60 },
    { what: 'it fails already', timeToFailureS: { low: 0, likely: 0, high: 0 }, deadline: 60 },
    { what: 'days', timeToFailureS: { low: 2e5, likely: 3e5, high: 4e5 }, deadline: 86_400 },
    {
      what: 'NaN',
      timeToFailureS: { low: Number.NaN, likely: Number.NaN, high: Number.NaN },
      deadline: 60,
    },
  ])('is $deadline s from now for a restart when $what', ({ timeToFailureS, deadline }) => {
    const given = { action: 'restart', timeToFailureS, settings: settings(), now: NOW } as const;
    expect(approvalDeadline(given)).toEqual(ago(-deadline));
  });

  it.each([
    { action: 'rollback', deadline: 3300 },
    { action: 'clean_memory', deadline: 3540 },
  ] as const)('leaves $action its settling time', ({ action, deadline }) => {
    const timeToFailureS = { low: 3600, likely: 5000, high: 9000 };
    const given = { action, timeToFailureS, settings: settings(), now: NOW };
    expect(approvalDeadline(given)).toEqual(ago(-deadline));
  });

  it('is never later than approvalS, nor sooner than a minute', () => {
    const at = (approvalS: number) =>
      approvalDeadline({
        action: 'restart',
        timeToFailureS: null,
        settings: settings({ approvalS }),
        now: NOW,
      });
    expect(at(600)).toEqual(ago(-600));
    expect(at(5)).toEqual(ago(-60));
  });
});
