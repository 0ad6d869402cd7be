import { describe, expect, it } from 'vitest';
import { isStillBad } from '../../../lib/domain/decide/still-bad.js';
import { ago, NOW, settings } from './build.js';

const msAgo = (seconds: number): number => ago(seconds).getTime();

describe('isStillBad', () => {
  it.each([
    { name: 'nothing bad since', badAt: [], bad: false },
    { name: 'three bad before the end', badAt: [140, 120, 110], bad: false },
    { name: 'the third at the very end', badAt: [100, 60, 30], bad: false },
    { name: 'two bad since, one before', badAt: [110, 60, 30], bad: false },
    { name: 'three bad since', badAt: [90, 60, 30], bad: true },
  ])('with $name says $bad', ({ badAt, bad }) => {
    const endedAt = msAgo(100);
    const input = { badAt: badAt.map(msAgo), endedAt, settings: settings(), now: NOW };
    expect(isStillBad(input)).toBe(bad);
  });

  it.each([
    { endedS: 600, bad: false },
    { endedS: 600.001, bad: true },
  ])('says $bad of an incident still open $endedS s after the end', ({ endedS, bad }) => {
    const input = { badAt: [], endedAt: msAgo(endedS), settings: settings(), now: NOW };
    expect(isStillBad(input)).toBe(bad);
  });

  it('is so when no recovery has ended', () => {
    expect(isStillBad({ badAt: [], endedAt: null, settings: settings(), now: NOW })).toBe(true);
  });

  it('follows agreeing and verifyPatienceS', () => {
    const input = { badAt: [msAgo(1)], endedAt: msAgo(10), now: NOW };
    expect(isStillBad({ ...input, settings: settings({ agreeing: 1 }) })).toBe(true);
    expect(isStillBad({ ...input, settings: settings({ verifyPatienceS: 9 }) })).toBe(true);
    expect(isStillBad({ ...input, settings: settings() })).toBe(false);
  });
});
