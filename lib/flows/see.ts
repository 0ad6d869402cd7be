import { evidenceFacts, freshShare } from '../domain/decide/evidence.js';
import { remember } from '../domain/decide/memory-step.js';
import { type Probed, probeStep } from '../domain/decide/probe-step.js';
import type { Settings } from '../domain/settings.js';
import type { Watched } from '../store/windows.js';
import type { Assessed } from './assess.js';
import type { Seen } from './seen.js';

/** What is known beside a component itself when it is looked at. */
export interface Beside
  extends Pick<
    Seen,
    'incident' | 'deployment' | 'alerts' | 'upstreamBad' | 'provider' | 'standby'
  > {
  /** What its probe found; null when none was made, or could be. */
  readonly probed: Probed | null;
  readonly settings: Settings;
  readonly now: Date;
}

/** Put together what a look at a component has seen, remembering it. Pure. */
export function seeComponent(watched: Watched, assessed: Assessed, beside: Beside): Seen {
  const { probed, settings, now } = beside;
  const memory = probeStep(remember(watched.memory, assessed.assessment, settings, now), probed);
  // Named one by one: spreading them costs a look more than all that it remembers.
  return {
    window: assessed.window,
    limits: assessed.limits,
    assessment: assessed.assessment,
    past: assessed.past,
    watched,
    memory,
    evidence: evidenceOf(watched, assessed, { memory, settings, now }),
    incident: beside.incident,
    deployment: beside.deployment,
    alerts: beside.alerts,
    upstreamBad: beside.upstreamBad,
    provider: beside.provider,
    standby: beside.standby ?? null,
  };
}

/** A window that begins anew is judged complete by what could arrive since then. */
function evidenceOf(
  { resetAt }: Watched,
  { assessment, window, limits }: Assessed,
  rest: { memory: Watched['memory']; settings: Settings; now: Date },
): Seen['evidence'] {
  const facts = evidenceFacts({ assessment, window, limits, ...rest });
  const { firstAt } = window;
  if (resetAt === null || firstAt === null || resetAt <= firstAt) return facts;
  return { ...facts, freshShare: freshShare({ ...window, firstAt: resetAt }, rest.now) };
}
