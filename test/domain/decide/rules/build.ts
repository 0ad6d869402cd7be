import type { KeptRule } from '../../../../lib/domain/decide/rules/choose-rule.js';
import type { RuleContext } from '../../../../lib/domain/decide/rules/match.js';
import { Rule } from '../../../../lib/domain/decide/rules/rule.js';

/** A rule as a person would send it; `effect` is what holds where it matches. */
export function stated(given: {
  readonly name?: string;
  readonly priority?: number;
  readonly enabled?: boolean;
  readonly when?: object;
  readonly effect?: object;
  readonly why?: string;
}): object {
  const { effect = { mode: 'approve' }, ...rest } = given;
  // biome-ignore lint/suspicious/noThenProperty: data that is sent, never awaited
  return { name: 'night', when: { all: true }, why: 'nobody is awake', ...rest, then: effect };
}

/** A rule that is kept. */
export function kept(given: Parameters<typeof stated>[0] = {}): KeptRule {
  const rule = Rule.parse(stated(given));
  const { name, enabled, priority } = rule;
  return { id: `id-${name}`, name, enabled, priority, rule };
}

/** A leak of `shop`, on Render, on a Sunday at noon in UTC. */
export function context(changes: Partial<RuleContext> = {}): RuleContext {
  return {
    component: 'shop',
    group: 'web',
    labels: { tier: 'gold' },
    platform: 'render',
    situation: 'leak',
    causes: ['leak', 'cpu_saturation'],
    level: 'critical',
    metrics: { memory_usage: 82 },
    knowsAllMetrics: true,
    at: new Date('2026-03-01T12:00:00Z'),
    ...changes,
  };
}
