/** The horizons that predictions are judged at, hours. */
export const HORIZONS_H = [1, 6, 24] as const;

/** What is said of a component at one instant: the probability of a failure within 1, 6 and 24 h, and when. */
export interface Forecast {
  readonly within: readonly [number, number, number];
  /** Seconds until the failure; null when none is in sight. */
  readonly likelyS: number | null;
}

/** What was said at one tick. */
export interface Tick extends Forecast {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Time between two ticks where a story says nothing else, milliseconds. */
export const TICK_MS = 300_000;

/** What became of a component: instants in milliseconds since the epoch, null where nothing fails. */
export interface Story {
  /** When what led to the failure began. */
  readonly onsetAt: number | null;
  readonly failedAt: number | null;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Whether anything announced the failure. */
  readonly predictable: boolean;
  /** Time between two ticks, milliseconds; {@link TICK_MS} where absent. */
  readonly tickMs?: number;
}
