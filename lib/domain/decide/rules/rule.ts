import * as z from 'zod';
import { ComponentName, Mode, PlatformRef } from '../../component.js';
import { Zone } from '../../zone-time.js';
import { Action } from '../action.js';
import { SITUATIONS } from '../cause.js';
import { WallTime, WEEKDAYS } from '../maintenance/schedule.js';

const some = <T extends z.ZodType>(one: T) => z.array(one).min(1).max(100).optional();

const PLATFORM_NAMES = PlatformRef.options.map(({ shape }) => shape.type.value);

/** What is asked of one metric; its name may be any. */
const MetricCondition = z
  .strictObject({
    metric: z.string().min(1).max(128),
    above: z.number().optional(),
    below: z.number().optional(),
  })
  .refine(({ above, below }) => above !== undefined || below !== undefined, {
    error: 'say above, below, or both',
  });

/** A time of day on the clock of a zone; one that ends before it starts goes over midnight. */
const TimeCondition = z
  .strictObject({
    zone: Zone,
    /** The days on which it starts; all without. */
    days: z.array(z.enum(WEEKDAYS)).min(1).max(7).optional(),
    from: WallTime,
    to: WallTime,
  })
  .refine(({ from, to }) => from !== to, { error: 'from and to must differ', path: ['to'] });

/** When a rule holds: all that it says must hold; of a list one is enough. */
export const RuleCondition = z
  .strictObject({
    /** States that every component is meant. */
    all: z.literal(true).optional(),
    components: some(ComponentName),
    groups: some(ComponentName),
    /** All of them must be there, with these values. */
    labels: z.record(z.string().max(64), z.string().max(256)).optional(),
    platforms: some(z.enum(PLATFORM_NAMES)),
    /** What the plan is made for. */
    situations: some(z.enum(SITUATIONS)),
    /** What may be behind the trouble, whatever the plan is made for. */
    causes: some(z.enum(SITUATIONS)),
    /** The prediction's level as the incident opens. */
    levels: some(z.enum(['critical', 'high', 'medium', 'none'])),
    /** All of them must hold. */
    metrics: z.array(MetricCondition).min(1).max(20).optional(),
    time: TimeCondition.optional(),
  })
  .refine((when) => namesTargets(when) !== (when.all === true), {
    error:
      'name whom it is for: components, groups, labels or platforms, or "all": true for everything',
  });
export type RuleCondition = z.infer<typeof RuleCondition>;

function namesTargets(when: {
  readonly components?: unknown;
  readonly groups?: unknown;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly platforms?: unknown;
}): boolean {
  const { components, groups, labels = {}, platforms } = when;
  const lists = [components, groups, platforms];
  return lists.some((one) => one !== undefined) || Object.keys(labels).length > 0;
}

/** Limits that a rule may tighten; one that is looser than the installation's changes nothing. */
export const RuleLimits = z.strictObject({
  restarts_per_hour: z.number().int().min(0).max(1000).optional(),
  rollbacks_per_incident: z.number().int().min(0).max(100).optional(),
  /** Between two of the same action on one component, seconds. */
  cooldown_s: z.number().int().min(0).max(86_400).optional(),
});
export type RuleLimits = z.infer<typeof RuleLimits>;

const RuleStep = z.discriminatedUnion('name', [
  ...Action.options,
  z.strictObject({ name: z.literal('page') }),
  z.strictObject({ name: z.literal('hold') }),
]);

/** What holds where a rule matches. */
export const RuleEffect = z
  .strictObject({
    /** Takes the place of the built-in plan; a person is asked at its end in any case. */
    plan: z.array(RuleStep).min(1).max(10).optional(),
    mode: Mode.optional(),
    /** States that `mode` may allow more than the component's own does. */
    raise_mode: z.literal(true).optional(),
    limits: RuleLimits.optional(),
  })
  .refine(({ plan, mode, limits }) => (plan ?? mode ?? limits) !== undefined, {
    error: 'say what is to hold: plan, mode, or limits',
  })
  .refine(({ mode, raise_mode }) => raise_mode === undefined || mode !== undefined, {
    error: 'raise_mode needs a mode',
    path: ['raise_mode'],
  });

/** A healing rule as a person states it. */
export const Rule = z.strictObject({
  name: ComponentName,
  enabled: z.boolean().default(true),
  /** The lowest is asked first; of two alike the one whose name comes first. */
  priority: z.number().int().min(0).max(10_000).default(1000),
  when: RuleCondition,
  // biome-ignore lint/suspicious/noThenProperty: data; what is not a function makes nothing a promise
  then: RuleEffect,
  why: z.string().trim().min(1).max(500),
});
export type Rule = z.infer<typeof Rule>;
