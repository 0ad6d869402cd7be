import { describe, expect, it } from 'vitest';
import { pastWindows } from '../../../lib/flows/replay/past-windows.js';
import type { StoredMaintenanceWindow } from '../../../lib/store/maintenance-windows.js';

const window = (changes: Partial<StoredMaintenanceWindow> = {}): StoredMaintenanceWindow => ({
  id: 'window',
  name: 'nightly',
  component: null,
  componentId: null,
  group: 'web',
  zone: 'Europe/Berlin',
  rule: {
    type: 'weekly',
    days: ['sat', 'sun', 'mon'],
    start: '02:30',
    duration_min: 60,
  },
  mute: false,
  why: 'backups run',
  createdBy: 'ann',
  createdAt: new Date('2026-01-01T00:00:00Z'),
  endedAt: null,
  covered: 1,
  ...changes,
});

const span = { from: new Date('2026-03-28T00:00:00Z'), until: new Date('2026-03-30T01:00:00Z') };
const times = (changes: Partial<StoredMaintenanceWindow> = {}) =>
  pastWindows([window(changes)], span).map(({ from, until }) =>
    [from, until].map((at) => at.toISOString().slice(5, 16)).join(' '),
  );

describe('pastWindows', () => {
  it('knows each opening within a span, over the day on which the clock jumps', () => {
    expect(times()).toEqual([
      '03-28T01:30 03-28T02:30',
      '03-29T01:00 03-29T02:00',
      '03-30T00:30 03-30T01:00',
    ]);
  });

  it('begins when the window was made, and ends when it was ended, whatever was told', () => {
    const createdAt = new Date('2026-03-28T02:00:00Z');
    const endedAt = new Date('2026-03-29T01:30:00Z');
    expect(times({ createdAt, endedAt })).toEqual([
      '03-28T02:00 03-28T02:30',
      '03-29T01:00 03-29T01:30',
    ]);
    expect(pastWindows([window({ createdAt, endedAt })], span).at(-1)).toMatchObject({
      ...{ componentId: null, group: 'web' },
      why: expect.stringContaining('until 2026-03-29 04:00 in Europe/Berlin'),
      toldUntil: new Date('2026-03-29T02:00:00Z'),
    });
  });

  it('is all of the span where nobody could tell', () => {
    expect(pastWindows([window({ rule: null })], span)).toMatchObject([
      { from: span.from, until: span.until, toldUntil: null },
    ]);
  });

  it('is nothing where it opened at no time, or was ended before', () => {
    const rule = { type: 'once', starts: '2026-04-01T00:00', ends: '2026-04-02T00:00' } as const;
    expect(times({ rule })).toEqual([]);
    expect(times({ endedAt: span.from })).toEqual([]);
  });
});
