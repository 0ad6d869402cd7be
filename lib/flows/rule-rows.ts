import { ruleText } from '../domain/decide/rules/choose-rule.js';
import type { BrainRow } from '../store/brain.js';
import type { IncidentChange } from './incident-changes.js';
import type { Seen } from './seen.js';

/** Tell which healing rules have a say in the incidents that open, or are planned anew: one row each, however often it is told. Pure. */
export function ruleRows(
  seen: readonly Pick<Seen, 'watched'>[],
  changes: readonly IncidentChange[],
): BrainRow[] {
  const names = new Map(seen.map(({ watched: { component } }) => [component.id, component.name]));
  return changes.flatMap((change) => {
    const planned = change.kind === 'open' ? change.incident : change;
    if (!('plan' in planned)) return [];
    const { id, componentId, plan } = planned;
    const text = ruleText(plan);
    if (text === null) return [];
    return [
      {
        agent: 'self_healing_reconciler' as const,
        actionType: 'healing_rule_applied',
        component: names.get(componentId) ?? '',
        input: { rule: plan.rule, situation: plan.situation },
        output: { text, plan: plan.steps.map(({ action }) => action) },
        success: true,
        eventKey: `rule:${id}`,
        metadata: { incident_id: id },
      },
    ];
  });
}
