import type { Memory } from './memory.js';

/**
 * Add the outcome of one probe of `health_url` to a component's memory.
 *
 * A failed probe also ends a run of good assessments: metrics that look well do not close the incident
 * of a component that does not answer.
 *
 * @param answered - null when it was not probed, which changes nothing
 */
export function probeStep(memory: Memory, answered: boolean | null): Memory {
  if (answered === null) return memory;
  return answered
    ? { ...memory, failedProbes: 0 }
    : { ...memory, failedProbes: memory.failedProbes + 1, good: 0 };
}
