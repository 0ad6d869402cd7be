import type { PlatformRef } from '../../component.js';
import { DAY, MINUTE } from '../../time.js';
import { wallMs } from '../../zone-time.js';
import type { Situation } from '../cause.js';
import { WEEKDAYS } from '../maintenance/schedule.js';
import type { RuleCondition } from './rule.js';

/** What a rule is asked of: a component in trouble, as its incident opens. */
export interface RuleContext {
  readonly component: string;
  readonly group: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: PlatformRef['type'];
  readonly situation: Situation;
  /** All causes that fit; null where they were not kept. */
  readonly causes: readonly Situation[] | null;
  readonly level: 'critical' | 'high' | 'medium' | null;
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether `metrics` holds all that was measured; else one that is not in it is not known. */
  readonly knowsAllMetrics: boolean;
  readonly at: Date;
}

/** Whether a condition holds; null where that is not known, with what it is that is not known. */
export interface Match {
  readonly matched: boolean | null;
  /** What does not hold, or is not known; nothing where it matches. */
  readonly because: readonly string[];
}

interface Check {
  readonly holds: boolean | null;
  readonly what: string;
}

/**
 * Ask whether a condition holds.
 *
 * @throws {RangeError} where it names a zone that this runtime does not know
 */
export function match(when: RuleCondition, context: RuleContext): Match {
  const checks = [...targets(when, context), ...troubles(when, context)];
  const not = (holds: boolean | null) => checks.filter((check) => check.holds === holds);
  const because = (of: readonly Check[]) => of.map(({ what }) => what);
  if (not(false).length > 0) return { matched: false, because: because(not(false)) };
  if (not(null).length > 0) return { matched: null, because: because(not(null)) };
  return { matched: true, because: [] };
}

function targets(when: RuleCondition, context: RuleContext): Check[] {
  const { component, group, labels, platform } = context;
  return [
    ...among('component', when.components, component),
    ...among('group', when.groups, group),
    ...among('platform', when.platforms, platform),
    ...Object.entries(when.labels ?? {}).map(([label, value]) => ({
      holds: Object.hasOwn(labels, label) && labels[label] === value,
      what: `label ${label} is not ${value}`,
    })),
  ];
}

function troubles(when: RuleCondition, context: RuleContext): Check[] {
  const { situation, causes, level, at } = context;
  const wanted = when.causes;
  return [
    ...among('situation', when.situations, situation),
    ...among('level', when.levels, level ?? 'none'),
    ...(wanted === undefined
      ? []
      : [
          {
            holds: causes === null ? null : causes.some((one) => wanted.includes(one)),
            what: causes === null ? 'the causes were not kept' : `no cause is ${wanted.join(', ')}`,
          },
        ]),
    ...(when.metrics ?? []).map((one) => metricCheck(one, context)),
    ...(when.time === undefined ? [] : [timeCheck(when.time, at)]),
  ];
}

function among<T extends string>(
  name: string,
  wanted: readonly T[] | undefined,
  value: string | null,
): Check[] {
  if (wanted === undefined) return [];
  const holds = wanted.some((one) => one === value);
  return [{ holds, what: `${name} is ${value ?? 'none'}, not ${wanted.join(' or ')}` }];
}

/** What is missing is missing: it is neither above nor below anything. */
function metricCheck(
  { metric, above, below }: NonNullable<RuleCondition['metrics']>[number],
  { metrics, knowsAllMetrics }: RuleContext,
): Check {
  const value = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  if (value === undefined) {
    return knowsAllMetrics
      ? { holds: false, what: `${metric} was not measured` }
      : { holds: null, what: `${metric} was not kept with the incident` };
  }
  const holds = (above === undefined || value > above) && (below === undefined || value < below);
  return { holds, what: `${metric} is ${value}` };
}

function timeCheck({ zone, days, from, to }: NonNullable<RuleCondition['time']>, at: Date): Check {
  const wall = wallMs(at, zone);
  const day = Math.floor(wall / DAY);
  const minute = Math.floor((wall - day * DAY) / MINUTE);
  const [start, end] = [minuteOf(from), minuteOf(to)];
  const isOvernight = end < start;
  const isAfterMidnight = isOvernight && minute < end;
  const isIn = isOvernight ? minute >= start || isAfterMidnight : minute >= start && minute < end;
  const weekday = WEEKDAYS[new Date((isAfterMidnight ? day - 1 : day) * DAY).getUTCDay()];
  const isDay = days === undefined || (weekday !== undefined && days.includes(weekday));
  return { holds: isIn && isDay, what: `it is not between ${from} and ${to} in ${zone}` };
}

function minuteOf(text: string): number {
  const [hours = Number.NaN, minutes = Number.NaN] = text.split(':').map(Number);
  return hours * 60 + minutes;
}
