import type { Assessment, Level } from '../assessment.js';

/** How urgent an incident is. */
export type Severity = NonNullable<Level>;

const RANK = { medium: 1, high: 2, critical: 3 } as const;

/** The place of a level among the others: 0 for none in sight, up to 3 for critical. */
export function levelRank(level: Level): 0 | 1 | 2 | 3 {
  return level === null ? 0 : RANK[level];
}

/** What {@link severity} looks at. */
export interface SeverityInput {
  readonly state: Assessment['state'];
  /** The level held by hysteresis, or the prediction's own. */
  readonly level: Level;
  /** Whether its probes found the component down. */
  readonly probesFailed: boolean;
}

/**
 * How urgent the state of a component is: failing beats about to fail, whatever the prediction says.
 *
 * @returns null when it neither fails nor is about to
 */
export function severity({ state, level, probesFailed }: SeverityInput): Severity | null {
  return probesFailed || state === 'failing' ? 'critical' : level;
}
