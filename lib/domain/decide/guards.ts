import type { Settings } from '../settings.js';
import type { GuardFacts } from './facts.js';
import { dailyBudget, hourlyBudget, recoveryShare, storm } from './guards/budget.js';
import { evidence, flapping, history, premise, requests, unknownState } from './guards/evidence.js';
import { actionClass, bounds, executor } from './guards/feasibility.js';
import { type Guard, pass } from './guards/guard.js';
import { deployment, freeze, killSwitch, mode } from './guards/permission.js';
import { provider } from './guards/provider.js';
import { reach } from './guards/reach.js';
import {
  commonCause,
  cooldown,
  inFlight,
  restartLimit,
  rollbackLimit,
  upstream,
} from './guards/repetition.js';
import { standby } from './guards/standby.js';
import { tripped } from './guards/tripped.js';
import type { Origin } from './recovery.js';
import { GUARD_NAMES, type GuardName, type Verdict } from './verdict.js';

const GUARDS: Readonly<Record<GuardName, Guard>> = {
  kill_switch: killSwitch,
  freeze,
  deployment,
  mode,
  executor,
  action_class: actionClass,
  bounds,
  standby,
  evidence,
  requests,
  history,
  unknown_state: unknownState,
  flapping,
  upstream,
  provider,
  common_cause: commonCause,
  in_flight: inFlight,
  cooldown,
  restart_limit: restartLimit,
  rollback_limit: rollbackLimit,
  hourly_limit: hourlyBudget,
  daily_limit: dailyBudget,
  recovery_share: recoveryShare,
  reach,
  storm,
  breaker: tripped,
  premise,
};

/** A person who asks has looked: what Forestall itself would need to know first is waived. */
const PERSON_PASSES: readonly GuardName[] = [
  'mode',
  'evidence',
  'requests',
  'history',
  'unknown_state',
  'common_cause',
];

/** Putting back what was changed must not wait: only what makes it impossible or forbidden counts. */
const UNDO_PASSES: readonly GuardName[] = [
  ...PERSON_PASSES,
  'freeze',
  'deployment',
  'standby',
  'flapping',
  'upstream',
  'provider',
  'in_flight',
  'cooldown',
  'restart_limit',
  'rollback_limit',
  'hourly_limit',
  'daily_limit',
  'recovery_share',
  'reach',
  'storm',
];

const WAIVED: Readonly<Record<Origin, readonly GuardName[]>> = {
  automatic: [],
  person: PERSON_PASSES,
  undo: UNDO_PASSES,
};

/**
 * Not even an administrator overrides these for one request: the switch is one call to lift, and
 * without an executor or within no bounds there is nothing that could be done.
 */
const NEVER_OVERRIDDEN: readonly GuardName[] = ['kill_switch', 'executor', 'bounds'];

/**
 * Ask every guard about one proposed action.
 *
 * One verdict for each of {@link GUARD_NAMES}, in that order, also for those that pass, so that "why
 * did it not act?" and "why did it act?" both have an exact answer. A request by a person passes what
 * the person has judged already, and whatever would only have asked a person.
 *
 * @param now - the instant of the facts, from the database's clock
 */
export function guards(facts: GuardFacts, settings: Settings, now: Date): Verdict[] {
  return GUARD_NAMES.map((name) => standing(GUARDS[name](facts, settings, now), facts));
}

/** What a verdict comes to, given who asks and what was overridden. */
function standing(verdict: Verdict, { origin, overrides }: GuardFacts): Verdict {
  const { guard, outcome, why } = verdict;
  if (outcome === 'pass' || origin === 'automatic') return verdict;
  if (outcome === 'ask' || WAIVED[origin].includes(guard)) {
    return pass(guard, `${origin === 'undo' ? 'an undo' : 'asked for by a person'}, though ${why}`);
  }
  return overrides.includes(guard) && !NEVER_OVERRIDDEN.includes(guard)
    ? {
        guard,
        outcome: 'overridden',
        why: `overridden by an administrator, though ${why}`,
        until: null,
      }
    : verdict;
}

/** What all verdicts come to: one refusal refuses, else one question asks. */
export type Ruling = 'go' | 'ask' | 'refuse';

/**
 * Sum up the verdicts on one action.
 *
 * No verdicts at all refuse: nothing was looked at.
 */
export function ruling(verdicts: readonly Verdict[]): Ruling {
  if (verdicts.length === 0 || verdicts.some(({ outcome }) => outcome === 'refuse'))
    return 'refuse';
  return verdicts.some(({ outcome }) => outcome === 'ask') ? 'ask' : 'go';
}
