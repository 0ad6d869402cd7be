import type { Action } from '../action.js';
import type { Situation } from '../cause.js';
import type { Plan, Step } from '../incident.js';
import { HOLD, PAGE, stepByRule } from '../plan-steps.js';
import { match, type RuleContext } from './match.js';
import type { PlanRule } from './plan-rule.js';
import type { Rule } from './rule.js';

/** A healing rule as it is kept, one version of it. */
export interface KeptRule {
  /** Another one for each version. */
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly priority: number;
  /** Null where what is kept cannot be read. */
  readonly rule: Rule | null;
}

/** The rule that has a say, and what it says; `rule` null where it cannot be evaluated. */
export interface Chosen {
  readonly kept: KeptRule;
  readonly rule: Rule | null;
}

/** The order in which rules are asked: by priority, then by name. */
export function inOrder<T extends Pick<KeptRule, 'priority' | 'name'>>(rules: readonly T[]): T[] {
  return rules.toSorted((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
}

/**
 * Choose the first rule that matches; null where none does.
 *
 * A rule that cannot be evaluated, because it cannot be read or this runtime does not know its zone, is
 * taken to match: nobody knows what it would have forbidden.
 */
export function chooseRule(rules: readonly KeptRule[], context: RuleContext): Chosen | null {
  for (const kept of inOrder(rules.filter(({ enabled }) => enabled))) {
    const matched = matchOf(kept, context);
    if (matched === 'unreadable') return { kept, rule: null };
    if (matched) return { kept, rule: kept.rule };
  }
  return null;
}

function matchOf({ rule }: KeptRule, context: RuleContext): boolean | 'unreadable' {
  if (rule === null) return 'unreadable';
  try {
    return match(rule.when, context).matched === true;
  } catch {
    return 'unreadable';
  }
}

/** Situations whose cause lies outside the component. */
const ELSEWHERE: readonly Situation[] = ['upstream', 'provider'];

/**
 * The plan under a rule: with its steps in place of the built-in ones where it names any, and with what it
 * says of mode and limits.
 *
 * Trouble whose cause lies elsewhere keeps the built-in plan: no rule acts here for another's fault. Steps
 * that cannot be carried out are left out, and the last is to ask a person. A rule that cannot be evaluated
 * lets nothing be done without asking.
 */
export function planUnder(
  plan: Plan,
  chosen: Chosen | null,
  can: (action: Action) => boolean,
): Plan {
  if (chosen === null) return plan;
  const { kept, rule } = chosen;
  if (rule === null) return { ...plan, rule: unreadable(kept) };
  const { plan: named, mode, raise_mode, limits } = rule.then;
  const makes = named !== undefined && !ELSEWHERE.includes(plan.situation);
  const { id, name } = kept;
  const steps = (named ?? []).flatMap((action): Step[] => {
    if (action.name === 'page') return [];
    if (action.name === 'hold') return [HOLD];
    return can(action) ? [stepByRule(action, name, rule.why)] : [];
  });
  return {
    ...plan,
    steps: makes ? [...steps, PAGE] : plan.steps,
    rule: {
      ...{ id, name, why: rule.why, made_plan: makes },
      mode: mode ?? null,
      raises: raise_mode === true,
      limits: limits ?? {},
    },
  };
}

function unreadable({ id, name }: KeptRule): PlanRule {
  const why = 'it cannot be evaluated, so a person is asked';
  return { id, name, why, made_plan: false, mode: 'approve', raises: false, limits: {} };
}

/** Which rule has a say in a plan, in words; null where none has. */
export function ruleText({ rule }: Plan): string | null {
  if (rule === undefined) return null;
  const says = [
    ...(rule.made_plan ? ['made the plan'] : []),
    ...(rule.mode === null ? [] : [`allows mode ${rule.mode}${rule.raises ? '' : ' at most'}`]),
    ...(Object.keys(rule.limits).length === 0 ? [] : ['tightens limits']),
  ];
  return `rule ${rule.name} ${says.join(', ') || 'changes nothing here'}: ${rule.why}`;
}
