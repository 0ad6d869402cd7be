import type { Memory } from './memory.js';

/**
 * What a probe of a `health_url` found: `well`, a good answer; `ill`, a bad one, by which a process says that it is
 * not ready or cannot reach what it needs; `silent`, none at all, as of one that hangs or is gone. An answer in its
 * place, from a gateway that found nothing behind itself, is silence.
 */
export type Probed = 'well' | 'ill' | 'silent';

/**
 * Add the outcome of one probe of `health_url` to a component's memory.
 *
 * A failed probe also ends a run of good assessments: metrics that look well do not close the incident
 * of a component that does not answer.
 *
 * @param probed - null when it was not probed, or could not be, which changes nothing
 */
export function probeStep(memory: Memory, probed: Probed | null): Memory {
  if (probed === null) return memory;
  if (probed === 'well') return { ...memory, failedProbes: 0, silentProbes: 0 };
  const silentProbes = probed === 'silent' ? (memory.silentProbes ?? 0) + 1 : 0;
  return { ...memory, failedProbes: memory.failedProbes + 1, silentProbes, good: 0 };
}
