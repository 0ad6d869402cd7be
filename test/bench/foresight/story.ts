import type { Story } from '../../../lib/domain/judge/foretold.js';
import type { Sample } from '../../../lib/domain/metrics.js';

/** What a story is: a simulated fault or hard negative, or a real background as it is or with a fault put in. */
export const GROUPS = ['fault', 'negative', 'background', 'injected'] as const;
export type Group = (typeof GROUPS)[number];

/** A component's story with what was seen of it. */
export interface Watched extends Story {
  readonly samples: readonly Sample[];
}
