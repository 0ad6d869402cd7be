import type { Assessment } from '../assessment.js';
import type { Settings } from '../settings.js';
import type { Memory } from './memory.js';

/** What {@link hangs} looks at. */
export interface HangsInput {
  readonly assessment: Pick<Assessment, 'state'>;
  /** The memory after this assessment and its probe. */
  readonly memory: Pick<Memory, 'silentProbes'>;
  readonly settings: Pick<Settings, 'breachesToOpen'>;
}

/**
 * Whether a component hangs or is gone, so that starting it anew takes nothing from anybody: nothing answered
 * `breachesToOpen` probes in a row, and it sends nothing either.
 *
 * A bad answer is none: it comes from a process that runs, and that a restart would only send back to its start
 * while what it waits for stays away. Nor is silence towards us alone: where samples go on to arrive, the address may
 * be what is wrong, also of one that has nobody to serve just now.
 */
export function hangs({ assessment, memory, settings }: HangsInput): boolean {
  return assessment.state === 'unknown' && (memory.silentProbes ?? 0) >= settings.breachesToOpen;
}
