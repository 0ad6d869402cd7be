import type { Assessment } from '../assessment.js';
import type { Settings } from '../settings.js';
import type { Window } from '../window.js';
import type { Memory } from './memory.js';

/** What {@link hangs} looks at. */
export interface HangsInput {
  readonly assessment: Pick<Assessment, 'state'>;
  readonly window: Pick<Window, 'series'>;
  /** The memory after this assessment and its probe. */
  readonly memory: Pick<Memory, 'silentProbes'>;
  readonly settings: Pick<Settings, 'breachesToOpen'>;
}

/**
 * Whether a component hangs or is gone, so that starting it anew takes nothing from anybody: nothing answered
 * `breachesToOpen` probes in a row, and nothing that it sends says otherwise.
 *
 * A bad answer is none: it comes from a process that runs, and that a restart would only send back to its start
 * while what it waits for stays away. Nor is silence towards us alone: where samples go on to arrive, they must
 * count requests and have counted none since, or the address may be what is wrong.
 */
export function hangs({ assessment, window, memory, settings }: HangsInput): boolean {
  const { breachesToOpen } = settings;
  if (!((memory.silentProbes ?? 0) >= breachesToOpen)) return false;
  if (assessment.state === 'unknown') return true;
  const newest = window.series['request_count']?.y.slice(-breachesToOpen) ?? [];
  return newest.length > 0 && newest.every((count) => count === 0);
}
