import type { Story } from '../../../lib/domain/judge/foretold.js';
import type { Sample } from '../../../lib/domain/metrics.js';

/** What a story is: a simulated fault or hard negative, or a real background as it is or with a fault put in. */
export type Group = 'fault' | 'negative' | 'background' | 'injected';

/** A component's story with what was seen of it. */
export interface Watched extends Story {
  /** Oldest first. */
  readonly samples: readonly Sample[];
  /** Real failures, all of which are judged; then `failedAt` is null, and the component is watched on. */
  readonly failures?: readonly number[];
}
