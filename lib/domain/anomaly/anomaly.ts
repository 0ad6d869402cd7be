/** The ways in which a value can be unusual, in the order in which records are kept. */
export const DETECTORS = [
  'robust z',
  'first difference',
  'mean shift',
  'seasonal residual',
] as const;

/** {@link DETECTORS} */
export type Detector = (typeof DETECTORS)[number];

/**
 * How unusual one metric is whose failure nobody knows by its name. It says nothing of failure: it raises no
 * probability, opens no incident, and causes no action.
 */
export interface Anomaly {
  readonly metric: string;
  /**
   * x² / (1 + x²), 0–1, with x the detector's strength over its bar (see `barOf`): 0.5 is as unusual as the
   * metric's own record and a quarter more, 0.9 three times that.
   */
  readonly score: number;
  /** The detector that shows it most. */
  readonly detector: Detector;
  /** The value that was judged, in the metric's unit. */
  readonly value: number;
  /** What was usual: the median, the point before, the mean before, or yesterday's level. */
  readonly usual: number;
  /** When it went over the record, milliseconds since the epoch, for one horizon; null when it has not. */
  readonly firedAt: number | null;
  /** One sentence for a person. */
  readonly text: string;
}

/** What one detector makes of one point or bucket. */
export interface Strength {
  readonly detector: Detector;
  /** How far from the usual, in scatters of the metric; 0 or more. */
  readonly strength: number;
  readonly value: number;
  readonly usual: number;
}

/** A record that was broken. */
export interface Fired extends Strength {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly score: number;
}

/** What has to be known of one metric at the next assessment. */
export interface Records {
  /** The oldest point that its records rest on, milliseconds since the epoch. */
  readonly since: number;
  /** The newest point that was judged, milliseconds since the epoch. */
  readonly at: number;
  /** Index of the newest bucket that was judged against yesterday's. */
  readonly bucket: number;
  /** The highest strength so far, one for each of {@link DETECTORS}. */
  readonly highest: readonly number[];
  /** The last record that was broken while that is still news. */
  readonly fired: Fired | null;
}

/** The records of a component's unknown metrics, by name. */
export type AnomalyMemory = Readonly<Record<string, Records>>;
