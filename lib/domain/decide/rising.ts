import type { Assessment, Level } from '../assessment.js';
import { type Group, groupOf } from '../predict/group.js';

/** Since when each kind of metric has been on its way to its limit, or at it; milliseconds since the epoch. */
export type Rising = Readonly<Partial<Record<Group, number>>>;

/** The kinds of metric that breach, or that a forecast with a level rests on. */
function kindsOf({ breaching, prediction }: Assessment): Set<Group> {
  const carried = prediction.level === null ? [] : prediction.evidence;
  const metrics = [...breaching, ...carried.map(({ metric }) => metric)];
  return new Set(metrics.flatMap((metric) => groupOf(metric) ?? []));
}

/**
 * What rises after one more assessment. While hysteresis holds a level, what has carried it still counts.
 *
 * @param raised - the level that is held after this assessment
 */
export function risingAfter(
  before: Rising = {},
  assessment: Assessment,
  raised: Level,
  at: number,
): Rising {
  const now = [...kindsOf(assessment)].map((kind) => [kind, before[kind] ?? at] as const);
  return { ...(raised === null ? {} : before), ...Object.fromEntries(now) };
}
