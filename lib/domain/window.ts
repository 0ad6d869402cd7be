/** One metric of a component over time, oldest first; the three arrays have one length. */
export interface Series {
  /** Milliseconds since the epoch, strictly increasing. */
  readonly at: readonly number[];
  readonly y: readonly number[];
  /** The instance whose value stands at each point: the maximum's, where instances were folded. */
  readonly instance: readonly string[];
}

/** The recent past of one component, its instances folded into one line per metric. */
export interface Window {
  /** Metric name to its series; a metric without a value in the window is absent. */
  readonly series: Readonly<Record<string, Series>>;
  /** Median gap between samples of one instance, seconds; the sweep interval where unknown. */
  readonly cadenceS: number;
  /** Folded points in the window. */
  readonly points: number;
  /** The newest sample, or null when there is none. */
  readonly lastAt: Date | null;
  /** The oldest sample ever stored, which may lie before the window; null when there is none. */
  readonly firstAt: Date | null;
  /**
   * When the window began anew because an action changed what its metrics mean; absent or null when it
   * never has. What is older is not in it, and not missed.
   */
  readonly resetAt?: Date | null;
  /** Names of the instances seen in the window. */
  readonly instances: readonly string[];
}
