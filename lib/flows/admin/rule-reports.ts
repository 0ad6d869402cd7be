import { match } from '../../domain/decide/rules/match.js';
import type { Rule, RuleCondition } from '../../domain/decide/rules/rule.js';
import { AppError } from '../../errors.js';
import type { RuleTarget } from '../../store/rule-targets.js';
import { canDo, type Executors, executorFor } from '../executor.js';

/** A step of a rule that can never be carried out on a component that the rule is for. */
export interface RuleReport {
  readonly component: string;
  readonly action: string;
  readonly why: string;
}

/** What is told of at most; a rule for all that names one such step is told often enough. */
const MOST = 100;

/** Whom a rule is for, whatever the trouble. */
function targetsOf(when: RuleCondition, targets: readonly RuleTarget[]): RuleTarget[] {
  const { all, components, groups, labels, platforms } = when;
  const whom = { all, components, groups, labels, platforms };
  const trouble = { situation: 'unknown', causes: [], level: null, metrics: {} } as const;
  return targets.filter((target) => {
    const about = { ...target, component: target.name, platform: target.platform.type };
    const at = new Date(0);
    return match(whom, { ...about, ...trouble, knowsAllMetrics: true, at }).matched === true;
  });
}

/** Why a step can never be carried out, or null. */
function obstacle(
  platforms: Executors,
  target: RuleTarget,
  action: NonNullable<Rule['then']['plan']>[number],
): string | null {
  if (action.name === 'page' || action.name === 'hold') return null;
  const executor = executorFor(platforms, target, true, action.name);
  if (typeof executor !== 'string') return executor.none;
  if (canDo(platforms, target, true, action)) return null;
  const what = action.name === 'rollback' ? action.rollback_type.replaceAll('_', ' ') : 'that';
  return `${executor} cannot roll back its ${what}`;
}

/**
 * Say what a rule names that can never be done, agents taken to be there. Pure.
 *
 * @throws {AppError} `not_found` for a component or a group that there is not: a name that is mistyped must
 * not look like a rule
 */
export function reportRule(
  platforms: Executors,
  { when, then: { plan = [] } }: Rule,
  targets: readonly RuleTarget[],
): RuleReport[] {
  const noComponent = when.components?.find((name) => !targets.some((one) => one.name === name));
  if (noComponent !== undefined) {
    throw new AppError('not_found', `there is no component ${noComponent}`);
  }
  const noGroup = when.groups?.find((name) => !targets.some(({ group }) => group === name));
  if (noGroup !== undefined) throw new AppError('not_found', `no component is in group ${noGroup}`);
  const reports = targetsOf(when, targets).flatMap((target) =>
    plan.flatMap((action) => {
      const why = obstacle(platforms, target, action);
      return why === null ? [] : [{ component: target.name, action: action.name, why }];
    }),
  );
  return reports.slice(0, MOST);
}
