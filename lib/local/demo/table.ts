import { columnsText } from '../stage/columns-text.js';
import type { Outcome } from './outcome.js';

const HEAD = [
  'act',
  'predicted',
  'acted',
  'verified',
  'fails without',
  'before → after',
  'memory freed',
  'lost with',
  'lost without',
] as const;

function seconds(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} s`;
}

function percent(value: number | null): string {
  return value === null ? '–' : `${Math.round(value)} %`;
}

function cells(one: Outcome): readonly string[] {
  const acted = one.acted.map(({ at_s }) => seconds(at_s)).join(', ');
  const freed = one.memory_freed_mb;
  return [
    `${one.act} ${one.component}`,
    seconds(one.predicted_s),
    acted || '–',
    seconds(one.verified_s),
    seconds(one.fails_without_s),
    `${percent(one.before_percent)} → ${percent(one.after_percent)}`,
    freed === null ? '–' : `${Math.round(freed)} MB`,
    `${one.lost_with} of ${one.sent}`,
    `${one.lost_without} of ${one.sent_without}`,
  ];
}

/** The table at the end: a row per act, in columns as wide as they need be. */
export function tableText(outcomes: readonly Outcome[]): string {
  return columnsText([HEAD, ...outcomes.map(cells)]);
}
