import { guards } from '../domain/decide/guards.js';
import { modeUnder, type PlanRule, settingsUnder } from '../domain/decide/rules/plan-rule.js';
import type { Verdict } from '../domain/decide/verdict.js';
import type { Settings } from '../domain/settings.js';
import type { DecisionFacts } from '../store/decision-fact-rows.js';
import { guardFacts, type Proposal } from './guard-facts.js';

/** What a proposal may come with beside what every one has. */
export interface RuledProposal extends Proposal {
  /** The rule of the plan that it is a step of, where its incident is not open yet. */
  readonly rule?: PlanRule | null;
}

/** The rule that has a say in a proposal: that of its incident's plan; or null. */
export function ruleOf(facts: DecisionFacts, { incident, rule }: RuledProposal): PlanRule | null {
  if (rule != null) return rule;
  return facts.incidentRules.find(({ incidentId }) => incidentId === incident?.id)?.rule ?? null;
}

/** Ask every guard about a proposal, under the rule that has a say in it. Pure. */
export function verdictsOf(
  facts: DecisionFacts,
  proposal: RuledProposal,
  settings: Settings,
): Verdict[] {
  const rule = ruleOf(facts, proposal);
  const given = guardFacts(facts, proposal, settings);
  const stands = rule !== null && facts.rules.includes(rule.id);
  const ruled = {
    ...given,
    mode: modeUnder(given.mode, rule, stands),
    modeRule: rule?.mode == null ? null : rule.name,
  };
  return guards(ruled, settingsUnder(settings, rule), facts.now);
}
