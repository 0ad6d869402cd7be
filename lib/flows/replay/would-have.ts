import type { Mode } from '../../domain/component.js';
import type { Action } from '../../domain/decide/action.js';
import type { Plan } from '../../domain/decide/incident.js';
import { chooseRule, type KeptRule, planUnder } from '../../domain/decide/rules/choose-rule.js';
import { type Match, match, type RuleContext } from '../../domain/decide/rules/match.js';
import { modeUnder } from '../../domain/decide/rules/plan-rule.js';
import type { Rule } from '../../domain/decide/rules/rule.js';
import type { GuardName, Verdict } from '../../domain/decide/verdict.js';
import type { Settings } from '../../domain/settings.js';
import { HOUR } from '../../domain/time.js';
import type { ComponentView } from '../../store/components.js';
import type { StoredIncident } from '../../store/incidents.js';
import type { StoredRecovery } from '../../store/recoveries.js';
import { canDo, type Executors, executorFor } from '../executor.js';
import { verdictsOf } from '../rule-of.js';
import { factsAt, type World } from './world.js';

/** What a rule is tried on. */
export interface Trial {
  readonly rule: Rule;
  /** The rules that stand. */
  readonly standing: readonly KeptRule[];
  readonly executors: Executors;
  readonly settings: Settings;
  readonly world: World;
  /** All recoveries that may count, in any order. */
  readonly recoveries: readonly StoredRecovery[];
}

/** What a rule would have done about one incident of the past. */
export interface WouldHave {
  /** Null where what was kept does not tell. */
  readonly matched: boolean | null;
  readonly because: readonly string[];
  /** A rule that stands and would have been asked before; null without one. */
  readonly precededBy: string | null;
  /** Null where it does not match. */
  readonly plan: Plan | null;
  /** Whether what the component allowed then is known, or taken from today. */
  readonly modeOf: 'then' | 'today';
  readonly mode: Mode;
  readonly modeWould: Mode;
  /** What the guards that can be asked would have said of the plan's first action. */
  readonly verdicts: readonly Verdict[];
}

/** Guards whose facts are kept, or were configured as they are today; of all others nobody knows. */
export const KNOWN_GUARDS: readonly GuardName[] = [
  'freeze',
  'deployment',
  'mode',
  'executor',
  'action_class',
  'bounds',
  'in_flight',
  'cooldown',
  'restart_limit',
  'rollback_limit',
  'hourly_limit',
  'daily_limit',
  'breaker',
];

const MODE_OF = { pass: 'auto', ask: 'approve', refuse: 'observe', overridden: null } as const;

/**
 * What the component allowed then, as the first verdict on the incident tells; null where none does, or where a rule
 * had a say in it.
 */
function modeThen(
  { id, refusal, plan }: StoredIncident,
  recoveries: readonly StoredRecovery[],
): Mode | null {
  if (plan.rule?.mode != null) return null;
  const [first] = recoveries
    .filter(({ incidentId, origin }) => incidentId === id && origin === 'automatic')
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  const said = (first?.verdicts ?? refusal ?? []).find(({ guard }) => guard === 'mode');
  return said === undefined ? null : MODE_OF[said.outcome];
}

/** Say what a rule would have done about an incident, from what was kept of it. Pure. */
export function wouldHave(
  trial: Trial,
  incident: StoredIncident,
  component: ComponentView | null,
): WouldHave {
  if (component === null) {
    const because = ['the component was removed, and with it what rules go by'];
    const none = { precededBy: null, plan: null, modeOf: 'today', verdicts: [] } as const;
    return { matched: null, because, ...none, mode: 'observe', modeWould: 'observe' };
  }
  const context = contextOf(incident, component);
  const found: Match = match(trial.rule.when, context);
  const plan = found.matched === false ? null : planOf(trial, incident, component);
  const action = plan === null ? undefined : firstAction(plan);
  const known = modeThen(incident, trial.recoveries);
  const today = modeOf(component, action);
  const mode = known ?? today;
  return {
    ...found,
    precededBy: found.matched === true ? precededBy(trial, context) : null,
    plan,
    modeOf: known === null ? 'today' : 'then',
    mode,
    modeWould: modeUnder(mode, plan?.rule ?? null, true),
    verdicts:
      plan === null || action === undefined
        ? []
        : verdicts(trial, { incident, component, plan, action, mode }),
  };
}

/** The first step that is more than asking a person or holding still. */
function firstAction({ steps }: Plan): Action | undefined {
  const [first] = steps.flatMap(({ action }) =>
    action.name === 'page' || action.name === 'hold' ? [] : [action],
  );
  return first;
}

const modeOf = ({ modes, mode }: ComponentView, action: Action | undefined): Mode =>
  (action === undefined ? null : modes[action.name]) ?? mode;

function contextOf(
  { component, plan, premise, openedAt }: StoredIncident,
  { group, labels, platform }: ComponentView,
): RuleContext {
  return {
    ...{ component, group, labels, platform: platform.type, at: openedAt },
    situation: plan.situation,
    causes: plan.causes?.map(({ situation }) => situation) ?? null,
    level: premise.level,
    metrics: premise.metrics,
    knowsAllMetrics: false,
  };
}

const kept = (rule: Rule): KeptRule => ({
  ...{ id: 'dry-run', name: rule.name, enabled: true, priority: rule.priority, rule },
});

function planOf(
  { rule, executors }: Trial,
  { plan }: StoredIncident,
  component: ComponentView,
): Plan {
  return planUnder(plan, { kept: kept(rule), rule }, (action) =>
    canDo(executors, component, true, action),
  );
}

function precededBy({ rule, standing }: Trial, context: RuleContext): string | null {
  const others = standing.filter(({ name }) => name !== rule.name);
  // What was not kept counts as not measured here: such a rule is not known to come first.
  const first = chooseRule([...others, kept(rule)], context)?.kept.name ?? rule.name;
  return first === rule.name ? null : first;
}

/** A recovery counts for a day; an hour more, so that nothing is missed by a limit of a day. */
const COUNTED_MS = 25 * HOUR;

function verdicts(
  trial: Trial,
  asked: {
    readonly incident: StoredIncident;
    readonly component: ComponentView;
    readonly plan: Plan;
    readonly action: Action;
    readonly mode: Mode;
  },
): Verdict[] {
  const { incident, component, plan, action, mode } = asked;
  const at = incident.openedAt;
  const recoveries = trial.recoveries.filter(
    ({ createdAt }) => createdAt < at && at.getTime() - createdAt.getTime() < COUNTED_MS,
  );
  const facts = factsAt({ ...trial.world, recoveries }, at);
  const rule = plan.rule ?? null;
  const said = verdictsOf(
    { ...facts, rules: rule === null ? [] : [rule.id] },
    {
      component: { ...component, mode, modes: {} },
      action,
      origin: 'automatic',
      overrides: [],
      executor: executorFor(trial.executors, component, true, action.name),
      incident,
      rule,
      itself: null,
      premise: null,
      seen: null,
    },
    trial.settings,
  );
  return said.filter(({ guard }) => KNOWN_GUARDS.includes(guard));
}
