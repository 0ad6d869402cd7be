import { describe, expect, it } from 'vitest';
import { mutedBy } from '../../lib/flows/muted-by.js';
import type { MutingWindow } from '../../lib/store/maintenance-windows.js';

const NOW = new Date('2026-06-01T12:30:00Z');

const window = (minutes: number, covers: number[] | null): MutingWindow => ({
  zone: 'UTC',
  rule: { type: 'weekly', days: ['mon'], start: '12:00', duration_min: minutes },
  covers,
});

const muted = (...windows: MutingWindow[]) =>
  [...mutedBy(windows, [1, 2], NOW)].map(([id, until]) => [id, until?.toISOString() ?? null]);

describe('mutedBy', () => {
  it('knows whom an open window covers, and until when', () => {
    expect(muted(window(60, [1, 7]))).toEqual([[1, '2026-06-01T13:00:00.000Z']]);
    expect(muted(window(60, null)).map(([id]) => id)).toEqual([1, 2]);
    expect(muted(window(30, null))).toEqual([]);
  });

  it('takes the last end of several, and none where one never closes', () => {
    const later = [[1, '2026-06-01T14:00:00.000Z']];
    expect(muted(window(60, [1]), window(120, [1]))).toEqual(later);
    expect(muted(window(120, [1]), window(60, [1]))).toEqual(later);
    expect(muted(window(10_080, [1]), window(60, [1]))).toEqual([[1, null]]);
  });

  it('mutes nothing by a window that cannot be evaluated', () => {
    expect(muted({ ...window(60, null), zone: 'Atlantis/Old_Town' })).toEqual([]);
    expect(muted({ ...window(60, null), rule: null })).toEqual([]);
  });
});
