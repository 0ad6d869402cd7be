import type { PlatformRef } from '../domain/component.js';
import type { ActionName, RollbackType } from '../domain/decide/action.js';
import { diagnose, type RecentDeployment } from '../domain/decide/diagnose.js';
import { hangs } from '../domain/decide/hangs.js';
import type { Plan } from '../domain/decide/incident.js';
import { type PlanInput, planFor } from '../domain/decide/plan.js';
import { chooseRule, planUnder } from '../domain/decide/rules/choose-rule.js';
import type { RuleContext } from '../domain/decide/rules/match.js';
import { ownStandby } from '../domain/decide/standby.js';
import type { Settings } from '../domain/settings.js';
import {
  canDo,
  canRollBack,
  type ExecutorChoice,
  type Executors,
  executorFor,
} from './executor.js';
import type { Seen } from './seen.js';

/** What a plan is made from: what a sweep, or one look at a component, has seen. */
export type Planned = Pick<
  Seen,
  | 'watched'
  | 'assessment'
  | 'window'
  | 'memory'
  | 'deployment'
  | 'upstreamBad'
  | 'provider'
  | 'standby'
  | 'rules'
> &
  Partial<Pick<Seen, 'past'>>;

/** Only what went live can be to blame: one that failed has left the version before it running. */
function recent({ deployment }: Planned): RecentDeployment | null {
  if (deployment?.phase !== 'finished') return null;
  const { id, version, kind, endedAt, startedAt } = deployment;
  return { id, version, kind, finishedAt: endedAt ?? startedAt };
}

/**
 * Name the cause of a component's trouble and choose the steps against it, under the first healing rule that
 * matches. Pure.
 */
export function planIncident(
  platforms: Executors,
  seen: Planned,
  settings: Settings,
  now: Date,
): Plan {
  const { component, agentPresent } = seen.watched;
  const by = (name: ActionName) => executorFor(platforms, component, agentPresent, name);
  const can = (name: ActionName) => typeof by(name) === 'string';
  const plan = builtInPlan(seen, settings, {
    can,
    canRollBack: (kind: RollbackType) => canRollBack(platforms, component, agentPresent, kind),
    by,
  });
  const rule = chooseRule(seen.rules ?? [], contextOf(seen, plan, now));
  return planUnder(plan, rule, (action) => canDo(platforms, component, agentPresent, action));
}

function contextOf({ watched, assessment }: Planned, plan: Plan, at: Date): RuleContext {
  const { name, group, labels, platform } = watched.component;
  return {
    ...{ component: name, group, labels, platform: platform.type, at },
    situation: plan.situation,
    causes: (plan.causes ?? []).map(({ situation }) => situation),
    level: assessment.prediction.level,
    metrics: assessment.metrics,
    knowsAllMetrics: true,
  };
}

/** At Vercel each request gets a process of its own: none can hang, and to deploy anew is no way to start one. */
function hasProcess(platform: PlatformRef): boolean {
  const { type } = platform.type === 'mcp' ? (platform.rest ?? platform) : platform;
  return type !== 'vercel';
}

function builtInPlan(
  seen: Planned,
  settings: Settings,
  {
    by,
    ...able
  }: Pick<PlanInput, 'can' | 'canRollBack'> & {
    readonly by: (name: ActionName) => ExecutorChoice;
  },
): Plan {
  const { watched, assessment, window, memory, upstreamBad, provider } = seen;
  const { component } = watched;
  const ready = seen.standby?.isReady ? seen.standby.name : ownStandby(component.platform);
  const recentDeployment = recent(seen);
  const causes = diagnose({
    assessment,
    window,
    ...(seen.past !== undefined && { past: seen.past }),
    limits: component.limits,
    recentDeployment,
    failedProbes: memory.failedProbes,
    upstreamBad,
    provider,
    standby: ready,
    settings,
  });
  const [evidence] = assessment.prediction.evidence;
  return planFor({
    causes,
    ...able,
    // Copies are known by what their agents call them: no platform knows those names.
    instance: (name) => (by(name) === 'agent' ? (evidence?.instance ?? null) : null),
    instances: watched.instances,
    scale: component.scale,
    recentDeployment,
    standby: ready,
    hangs: hasProcess(component.platform) && hangs({ assessment, memory, settings }),
  });
}
