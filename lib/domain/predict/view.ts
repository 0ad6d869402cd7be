/** A metric seen in a domain in which its way to failure is nearly a straight line. */
export interface View {
  /**
   * `level` is the metric itself, `floor` what it falls back to after each of its drops, `log` its
   * decimal logarithm, `queue` the utilisation that its latency betrays.
   */
  readonly name: 'level' | 'floor' | 'log' | 'queue';
  /** Seconds relative to the present instant, increasing; mostly negative. */
  readonly t: readonly number[];
  /** What is projected: smoothed where single values mean little. */
  readonly x: readonly number[];
  /** The same unsmoothed: smoothing would make chance look like a trend. */
  readonly raw: readonly number[];
  /** The `fail` limit in this domain. */
  readonly limit: number;
  /** The domain's zero, from which the way to the limit is measured. */
  readonly origin: number;
  /** Index of the first point that a trend may begin at: the one after the last drop. */
  readonly from: number;
  /** Index of the first point whose level counts as survived: the one after the last failure. */
  readonly survivedFrom: number;
  readonly rules: Rules;
  /** Back from the domain to the metric's unit. */
  readonly unit: (x: number) => number;
}

/** What a view must show before it is believed. */
export interface Rules {
  /** Share of the way from `origin` to `limit` that must lie behind. */
  readonly minShare: number;
  /** Fewest points of a trend. */
  readonly minPoints: number;
  /** Least standard score of the Mann–Kendall test. */
  readonly minZ: number;
  /** Least rise over the trend, in the domain's unit, beside the general one. */
  readonly minRise: number;
}
