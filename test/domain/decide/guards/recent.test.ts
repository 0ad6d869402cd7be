import { describe, expect, it } from 'vitest';
import { recent } from '../../../../lib/domain/decide/guards/recent.js';
import { ago, NOW } from '../build.js';

describe('recent', () => {
  it.each([
    { instants: [], limit: 1, count: 0, until: null },
    { instants: [9, 5], limit: 3, count: 2, until: null },
    { instants: [9, 5], limit: 2, count: 2, until: -1 },
    { instants: [5, 9], limit: 2, count: 2, until: -1 },
    { instants: [9, 7, 5], limit: 2, count: 3, until: -3 },
    { instants: [10, 5], limit: 2, count: 1, until: null },
    { instants: [-2], limit: 1, count: 1, until: -12 },
    { instants: [5], limit: 0, count: 1, until: null },
  ])('counts $count of $instants s ago, with room for $limit again at $until', (row) => {
    expect(recent(row.instants.map(ago), row.limit, 10, NOW)).toEqual({
      count: row.count,
      until: row.until === null ? null : ago(row.until),
    });
  });

  it('counts an instant that cannot be read', () => {
    expect(recent([new Date(Number.NaN)], 5, 10, NOW).count).toBe(1);
  });
});
