/** The guards by name, in the order in which they are asked. */
export const GUARD_NAMES = [
  'kill_switch',
  'freeze',
  'deployment',
  'mode',
  'executor',
  'action_class',
  'bounds',
  'standby',
  'evidence',
  'requests',
  'history',
  'unknown_state',
  'flapping',
  'upstream',
  'provider',
  'common_cause',
  'in_flight',
  'cooldown',
  'restart_limit',
  'rollback_limit',
  'hourly_limit',
  'daily_limit',
  'recovery_share',
  'reach',
  'storm',
  'breaker',
  'premise',
] as const;
export type GuardName = (typeof GUARD_NAMES)[number];

/** What one guard says of one proposed action. */
export interface Verdict {
  readonly guard: GuardName;
  /** `ask` lets a person decide; `refuse` ends it for now. */
  readonly outcome: 'pass' | 'ask' | 'refuse' | 'overridden';
  /** One sentence with the numbers that decided. */
  readonly why: string;
  /** When a refusal will pass by itself, where that is known. */
  readonly until: Date | null;
}
