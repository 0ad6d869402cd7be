import { type App, settingsOf } from '../app.js';
import type { Action } from '../domain/decide/action.js';
import type { GuardFacts } from '../domain/decide/facts.js';
import { type Ruling, ruling } from '../domain/decide/guards.js';
import type { Origin } from '../domain/decide/recovery.js';
import type { PlanRule } from '../domain/decide/rules/plan-rule.js';
import type { GuardName, Verdict } from '../domain/decide/verdict.js';
import type { Settings } from '../domain/settings.js';
import { AppError } from '../errors.js';
import { type LastSeen, readLastSeen } from '../store/component-state.js';
import type { ComponentView } from '../store/components.js';
import type { DecisionFacts } from '../store/decision-fact-rows.js';
import { type ExecutorChoice, type Executors, executorFor } from './executor.js';
import { verdictsOf } from './rule-of.js';
import { readTrustedFacts } from './trusted-facts.js';

/** One action that somebody wants done to one component. */
export interface Wish {
  readonly component: ComponentView;
  readonly action: Action;
  readonly origin: Origin;
  readonly overrides: readonly GuardName[];
  /** A recovery that must not stand in its own way. */
  readonly itself: string | null;
  /** The healing rule of the plan that it is a step of, where it is not known by `itself`. */
  readonly rule?: PlanRule | null;
  /** Looks at the premise once the settings in force are known; null where none is to be looked at. */
  readonly premise: ((settings: Settings) => Promise<GuardFacts['premise']>) | null;
}

/** What the guards say, and of which version of the facts they say it. */
export interface Asked {
  readonly version: string;
  readonly settings: Settings;
  readonly executor: ExecutorChoice;
  readonly verdicts: readonly Verdict[];
  readonly ruling: Ruling;
  /** Ids of the versions of healing rules in force. */
  readonly rules: readonly string[];
}

/** The incident of a recovery that looks at itself again: what its plan has tried counts as it did. */
function incidentOf({ recent, now }: DecisionFacts, itself: string | null) {
  const id = recent.find((one) => one.id === itself)?.incidentId ?? null;
  return id === null ? null : { id, openedAt: now };
}

/** What is looked at for a wish once the facts are known. */
export interface Looked
  extends Pick<Wish, 'component' | 'action' | 'origin' | 'overrides' | 'itself' | 'rule'> {
  readonly premise: GuardFacts['premise'];
  readonly seen: LastSeen | null;
}

/** Ask every guard about one action that is wished for, or about one that looks at itself again. Pure. */
export function verdictsOn(
  platforms: Executors,
  facts: DecisionFacts,
  settings: Settings,
  looked: Looked,
): Pick<Asked, 'executor' | 'verdicts'> {
  const { component, action, itself } = looked;
  const executor = executorFor(platforms, component, component.agentPresent, action.name);
  const incident = incidentOf(facts, itself);
  const verdicts = verdictsOf(facts, { ...looked, executor, incident }, settings);
  return { executor, verdicts };
}

/**
 * Read the facts and ask every guard about one action.
 *
 * @throws {AppError} `unavailable` without a control row: nothing may be decided then
 */
export async function askGuards(app: App, wish: Wish): Promise<Asked> {
  const facts = await readTrustedFacts(app);
  if (facts === null) throw new AppError('unavailable', 'the control row cannot be read');
  const settings = settingsOf(app.baseSettings, facts.settings);
  const { id } = wish.component;
  const { executor, verdicts } = verdictsOn(app.platforms, facts, settings, {
    ...wish,
    premise: wish.premise === null ? null : await wish.premise(settings),
    seen: (await readLastSeen(app.sql, [id])).get(id) ?? null,
  });
  const outcome = typeof executor === 'string' ? ruling(verdicts) : 'refuse';
  const { version, rules } = facts;
  return { version, settings, executor, verdicts, ruling: outcome, rules };
}
