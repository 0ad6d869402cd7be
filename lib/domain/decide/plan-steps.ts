import type { Action } from './action.js';
import type { Step } from './incident.js';

const RECEDES = 'the predicted failure recedes and the success ratio is at its threshold';

/** Ask a person: the end of every plan. */
export const PAGE: Step = {
  action: { name: 'page' },
  why: 'nothing that Forestall may do by itself is left',
  expects: 'a person takes over',
  proof: 'the incident is acknowledged',
};

/** Leave this component as it is while the one that it depends on is healed. */
export const HOLD: Step = {
  action: { name: 'hold' },
  why: 'the cause lies upstream: acting here would add harm and change nothing',
  expects: 'this component recovers with the one that it depends on',
  proof: 'the assessments after the upstream has recovered are good',
};

/** Leave this component as it is while the provider that it stands on recovers. */
export const WAIT_OUT: Step = {
  action: { name: 'hold' },
  why: 'the cause lies with a provider: acting here would lose what still works',
  expects: 'this component recovers with its provider',
  proof: "the provider's status page, and the assessments after it",
};

/** What a healing rule wants done. */
export function stepByRule(action: Action, rule: string, why: string): Step {
  return {
    action,
    why: `rule ${rule}: ${why}`,
    expects: 'the metrics that carry the decision return to their normal level',
    proof: `the metrics before and after; ${RECEDES}`,
  };
}

/** Free memory without stopping anything. */
export function cleanMemory(instance: string | null): Step {
  return {
    action: { name: 'clean_memory', ...only(instance) },
    why: 'a clean-up frees memory and loses no request',
    expects: 'memory falls and no longer heads for its limit',
    proof: `memory before and after; ${RECEDES}`,
  };
}

/** Start processes anew. */
export function restart(instance: string | null, gain: string): Step {
  return {
    action: { name: 'restart', ...only(instance) },
    why: `after a restart ${gain}`,
    expects: 'the metrics that carry the decision return to their normal level',
    proof: `the metrics before and after; ${RECEDES}`,
  };
}

/** Start anew what answers nobody. */
export function restartHung(instance: string | null): Step {
  return {
    action: { name: 'restart', ...only(instance) },
    why: 'nothing answers its health URL, and a process that hangs or is gone is there again after a restart',
    expects: 'its health URL answers',
    proof: 'its health URL, and what it sends afterwards',
  };
}

/** Return to what ran before a change. */
export function rollback(kind: 'deployment' | 'config'): Step {
  const what = kind === 'deployment' ? 'deployment' : 'change of configuration';
  return {
    action: { name: 'rollback', rollback_type: kind },
    why: `the trouble came with the last ${what}`,
    expects: `errors and latency return to their level before that ${what}`,
    proof: `errors and latency before and after; ${RECEDES}`,
  };
}

/** Add one running copy; null when nobody knows how many there are, or no more are allowed. */
export function scaleUp(
  instances: number | null,
  scale: { readonly min: number; readonly max: number } | null,
): Step | null {
  if (instances === null || scale === null) return null;
  const to = Math.max(instances + 1, scale.min);
  if (!(to <= scale.max)) return null;
  return {
    action: { name: 'scale', to },
    why: `traffic has grown past what ${instances} instances carry`,
    expects: `usage falls to about ${instances} of ${to} parts of what it is`,
    proof: `usage before and after; ${RECEDES}`,
  };
}

/** Open the connections to the database anew. */
export function resetDatabase(instance: string | null): Step {
  return {
    action: { name: 'reset_database', ...only(instance) },
    why: 'connections that are stuck or leaked are given back',
    expects: 'the database answers and the use of its connections falls',
    proof: `connections before and after; ${RECEDES}`,
  };
}

/** Send traffic to the standby. */
export function failOver(standby: string): Step {
  return {
    action: { name: 'fail_over', to: standby },
    why: `it is down, and ${standby} is registered and healthy`,
    expects: `${standby} answers in its place`,
    proof: 'the health URL answers',
  };
}

function only(instance: string | null): { instance?: string } {
  return instance === null ? {} : { instance };
}
