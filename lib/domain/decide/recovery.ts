import type { Level } from '../assessment.js';
import type { Action } from './action.js';
import type { Verdict } from './verdict.js';

/**
 * States of a recovery. `planned`, `awaiting_approval`, `executing` and `verifying` are in flight; the
 * rest are ends.
 */
export type RecoveryState =
  | 'planned'
  | 'awaiting_approval'
  | 'executing'
  | 'verifying'
  | 'succeeded'
  | 'failed'
  | 'undone'
  | 'skipped'
  | 'expired';

/** Who asked for a recovery. */
export type Origin = 'automatic' | 'person' | 'undo';

/** All that an action can be carried out by. */
export const EXECUTORS = [
  'render',
  'render_postgres',
  'vercel',
  'github',
  'webhook',
  'fly',
  'mcp',
  'kubernetes',
  'neon',
  'agent',
] as const;
export type Executor = (typeof EXECUTORS)[number];

/** One action on one component, with its state and proof. */
export interface Recovery {
  readonly id: string;
  readonly componentId: number;
  readonly component: string;
  readonly incidentId: string | null;
  /** Index of the step in the incident's plan; 0 for a request outside an incident. */
  readonly step: number;
  readonly action: Action;
  readonly executor: Executor;
  readonly origin: Origin;
  readonly state: RecoveryState;
  readonly why: string;
  readonly requestedBy: string | null;
  readonly verdicts: readonly Verdict[];
  /** Raised by each claim; a write with an older one changes nothing. */
  readonly token: number;
  readonly attempts: number;
  readonly claimedUntil: Date | null;
  readonly createdAt: Date;
  /** When the first attempt began. */
  readonly startedAt: Date | null;
  /** When the last call to the executor began, whatever came of it. */
  readonly calledAt: Date | null;
  /** When the action was carried out. */
  readonly actedAt: Date | null;
  readonly verifyAt: Date | null;
  readonly approveBy: Date | null;
  readonly endedAt: Date | null;
  /** What stood before, as the executor read it; null where nothing can be put back. */
  readonly before: Readonly<Record<string, unknown>> | null;
  /** The action that puts `before` back. */
  readonly inverse: Action | null;
  /** The recovery that this one undoes. */
  readonly undoes: string | null;
  /** The contract's result shape for the action. */
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: string | null;
  /** What verification compared, and found. */
  readonly proof: Readonly<Record<string, unknown>> | null;
  /** The assessment's numbers at the moment of the decision: what must recede. */
  readonly premise: Premise;
}

/** What was true when a recovery was decided, to be looked at again before and after it. */
export interface Premise {
  readonly probability: number;
  readonly level: Level;
  readonly score: number | null;
  readonly reasons: readonly string[];
  readonly breaching: readonly string[];
  /** Metrics that carried the decision: the loudest evidence's, else the breaching ones. */
  readonly metrics: Readonly<Record<string, number>>;
}
