/** The limits of the account that this queue stands in for, and how its time runs. */
export interface Plan {
  /** Most retries that a message may ask for, 0 or more. */
  readonly maxRetries: number;
  /** Every wait is multiplied by this, above 0; 0.001 turns seconds into milliseconds. */
  readonly timeScale: number;
  /** Whether destinations outside this machine are delivered to. */
  readonly allowAnyDestination: boolean;
  /** The present instant in milliseconds. */
  readonly now: () => number;
}

/** Largest request body in bytes: the message size of QStash's free plan. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Deliveries under way at once over all keys; keeps one machine from being flooded by itself. */
export const GLOBAL_PARALLELISM = 100;

/** Retries of a message that asks for none in particular. */
export const DEFAULT_RETRIES = 3;

/** Longest time that a timer of the runtime can measure, in milliseconds: about 24 days. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
