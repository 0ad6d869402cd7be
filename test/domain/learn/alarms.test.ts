import { describe, expect, it } from 'vitest';
import { type AlarmRow, alarmsAt, countAlarms, covers } from '../../../lib/domain/learn/alarms.js';
import type { Label } from '../../../lib/domain/learn/outcome.js';
import { MINUTE } from '../../../lib/domain/time.js';

function row(
  minutes: number,
  changes: { label?: Label; acted?: boolean; level?: AlarmRow['level']; component?: string } = {},
): AlarmRow {
  const { label = 0, acted = false, level = 'critical', component = 'shop' } = changes;
  return {
    component,
    level,
    at: new Date(Date.UTC(2026, 2, 1) + minutes * MINUTE),
    labels: { '1h': label, '6h': label, '24h': label },
    acted: { '1h': acted, '6h': acted, '24h': acted },
  };
}

describe('covers', () => {
  it.each([
    { level: 'critical', is: [true, true, true] },
    { level: 'high', is: [false, true, true] },
    { level: 'medium', is: [false, false, true] },
    { level: null, is: [false, false, false] },
  ] as const)('says for $level $is', ({ level, is }) => {
    expect((['1h', '6h', '24h'] as const).map((horizon) => covers(horizon, level))).toEqual(is);
  });
});

describe('alarmsAt', () => {
  it('joins the rows of one component within an hour and a half, in whatever order', () => {
    const rows = [row(150), row(0), row(60, { component: 'api' }), row(60), row(300)];
    const starts = alarmsAt(rows, '1h').map((alarm) => alarm.length);
    expect(starts.sort()).toEqual([1, 1, 3]);
  });

  it('leaves out what is of another level', () => {
    expect(alarmsAt([row(0), row(30, { level: 'medium' }), row(60)], '6h')).toHaveLength(1);
    expect(alarmsAt([row(0, { level: 'medium' })], '6h')).toEqual([]);
  });
});

describe('countAlarms', () => {
  const NOTHING = {
    true_alarms: 0,
    false_alarms: 0,
    acted_on: 0,
    acted_on_and_failed: 0,
    unknown: 0,
  };

  it.each([
    { name: 'nothing', rows: [], is: {} },
    { name: 'one that nothing came of', rows: [row(0), row(60)], is: { false_alarms: 1 } },
    { name: 'one that came true', rows: [row(0), row(60, { label: 1 })], is: { true_alarms: 1 } },
    { name: 'one that was acted on', rows: [row(0, { acted: true })], is: { acted_on: 1 } },
    {
      name: 'one that was acted on and failed',
      rows: [row(0), row(60, { acted: true, label: 1 })],
      is: { acted_on: 1, acted_on_and_failed: 1 },
    },
    {
      name: 'one that came true before it was acted on',
      rows: [row(0, { label: 1 }), row(60, { acted: true })],
      is: { true_alarms: 1 },
    },
    {
      name: 'one not seen to the end',
      rows: [row(0), row(60, { label: null })],
      is: { unknown: 1 },
    },
  ])('counts $name', ({ rows, is }) => {
    expect(countAlarms(rows, '1h')).toEqual({ ...NOTHING, ...is });
  });
});
