import type { Settings } from './settings.js';

/** From when on a database's session counts as stuck; durations are seconds. */
export interface SessionLimits {
  /** Idle within a transaction, aborted or not. */
  readonly inTransactionS: number;
  /** Waiting for a lock, advisory ones aside. */
  readonly lockWaitS: number;
  /** Running one statement; 0 never counts. */
  readonly activeS: number;
  /** Idle outside a transaction; counts only while the server is crowded. */
  readonly idleS: number;
  /** Share of `max_connections` in use from which the server is crowded, 0 to 1. */
  readonly crowdedShare: number;
}

/** The limits in force. */
export function sessionLimits(settings: Settings): SessionLimits {
  return {
    inTransactionS: settings.sessionInTransactionS,
    lockWaitS: settings.sessionLockWaitS,
    activeS: settings.sessionActiveS,
    idleS: settings.sessionIdleS,
    crowdedShare: settings.sessionCrowdedShare,
  };
}

/** Stuck sessions by the reason for which each counts as stuck. */
export interface StuckSessions {
  readonly in_transaction: number;
  readonly lock_wait: number;
  readonly active: number;
  readonly idle: number;
}

/** What was found among the sessions of a database, and ended. */
export interface SessionsFound {
  /** Connections of the whole server, and how many it allows. */
  readonly connections: number;
  readonly max_connections: number;
  /** Those that are ended, or would be. */
  readonly stuck: StuckSessions;
  /** Stuck, and of roles whose sessions the connection's role may not end. */
  readonly not_permitted: number;
  /** Names of those that were told to end, `pid@start`; the same pid is given out again. */
  readonly ended: readonly string[];
}
