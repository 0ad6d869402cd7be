import type { CommonCause } from '../domain/decide/common-cause.js';
import type { EvidenceFacts } from '../domain/decide/facts.js';
import type { ProviderNow } from '../domain/decide/provider.js';
import type { KeptRule } from '../domain/decide/rules/choose-rule.js';
import type { StandbyNow } from '../domain/decide/standby.js';
import type { FiringAlert } from '../store/alerts.js';
import type { Deployment } from '../store/deployments.js';
import type { StoredIncident } from '../store/incidents.js';
import type { Watched } from '../store/windows.js';
import type { Assessed } from './assess.js';

/** One component as a sweep has seen it. */
export interface Seen extends Assessed {
  readonly watched: Watched;
  readonly memory: Watched['memory'];
  readonly evidence: EvidenceFacts;
  readonly incident: StoredIncident | null;
  /** The newest deployment that went live of late; null without one. */
  readonly deployment: Deployment | null;
  readonly alerts: readonly FiringAlert[];
  /** The common causes that last; none where nobody has looked. */
  readonly causes?: readonly CommonCause[];
  /** The healing rules that stand; none where nobody has looked. */
  readonly rules?: readonly KeptRule[];
  /** The name of a dependency that has an open incident, or null. */
  readonly upstreamBad: string | null;
  /** What is to take its place; null or absent where nothing is named. */
  readonly standby?: StandbyNow | null;
  /** How the providers fare that it runs on and leans on. */
  readonly provider: ProviderNow;
}
