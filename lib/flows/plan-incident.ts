import { diagnose, type RecentDeployment } from '../domain/decide/diagnose.js';
import type { Plan } from '../domain/decide/incident.js';
import { planFor } from '../domain/decide/plan.js';
import type { Settings } from '../domain/settings.js';
import { type Executors, executorFor } from './executor.js';
import type { Seen } from './seen.js';

/** What a plan is made from: what a sweep, or one look at a component, has seen. */
export type Planned = Pick<
  Seen,
  'watched' | 'assessment' | 'window' | 'memory' | 'deployment' | 'upstreamBad' | 'provider'
>;

/** Only what went live can be to blame: one that failed has left the version before it running. */
function recent({ deployment }: Planned): RecentDeployment | null {
  if (deployment?.phase !== 'finished') return null;
  const { id, version, kind, endedAt, startedAt } = deployment;
  return { id, version, kind, finishedAt: endedAt ?? startedAt };
}

/** Name the cause of a component's trouble and choose the steps against it. Pure. */
export function planIncident(platforms: Executors, seen: Planned, settings: Settings): Plan {
  const { watched, assessment, window, memory, upstreamBad, provider } = seen;
  const { component, agentPresent } = watched;
  const recentDeployment = recent(seen);
  const causes = diagnose({
    assessment,
    window,
    limits: component.limits,
    recentDeployment,
    failedProbes: memory.failedProbes,
    upstreamBad,
    provider,
    standby: null,
    settings,
  });
  const [evidence] = assessment.prediction.evidence;
  return planFor({
    causes,
    can: (name) => typeof executorFor(platforms, component, agentPresent, name) === 'string',
    instance: agentPresent ? (evidence?.instance ?? null) : null,
    instances: null,
    scale: component.scale,
    recentDeployment,
    standby: null,
  });
}
