/** How bad an alert is, on one scale for all sources. */
export type AlertSeverity = 'critical' | 'high' | 'warning' | 'info';

/** An alert of a monitoring tool, in our words. */
export interface Alert {
  readonly source: string;
  /** What the component may be called there, the likeliest first; none when nothing says it. */
  readonly refs: readonly string[];
  readonly severity: AlertSeverity;
  readonly status: 'firing' | 'resolved';
  /** One occurrence: the same when it is sent again, and when it is resolved. */
  readonly dedupKey: string;
  readonly title: string;
  readonly startedAt: Date;
  /** The number that raised it, or null when it is not told. */
  readonly value: number | null;
}

/** A notification, as far as it was understood. */
export interface AlertBatch {
  readonly alerts: readonly Alert[];
  /** Alerts in a state, or of a form, that we do not know: never a reason to act. */
  readonly ignored: number;
  /** Alerts that the notification left out, or that we did not read, because there were too many. */
  readonly truncated: number;
}
