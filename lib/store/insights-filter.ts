/** What insights are asked for. */
export interface InsightsFilter {
  /** Length of the window, seconds; null leaves each table its own of the reference document. */
  readonly windowS: number | null;
  readonly component: string | null;
}
