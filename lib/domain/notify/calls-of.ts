import type { Notice } from './notice.js';

/**
 * What of a notice people are drawn to, once each: a question, that nothing more is done without a person,
 * and that it is critical; the most pressing first. Pure.
 */
export function callsOf({ asks, phase, severity }: Pick<Notice, 'asks' | 'phase' | 'severity'>) {
  if (phase === 'closed') return [];
  return [
    ...(asks === null ? [] : [`asks:${asks.recoveryId}`]),
    ...(phase === 'person' ? ['person'] : []),
    ...(severity === 'critical' ? ['critical'] : []),
  ];
}
