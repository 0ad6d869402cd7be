import type { Binned } from './binned.js';

/** What is to be learned. */
export interface Lesson {
  readonly data: Binned;
  /** 0 or 1; or any number, for a regression. */
  readonly target: Float64Array;
  readonly weight: Float64Array;
  readonly kind: 'logistic' | 'square';
  /** +1 where more of a feature must never lower the answer, −1 where it must never raise it, else 0. */
  readonly signs: readonly number[];
}

/** How it is learned. */
export interface Manner {
  readonly trees: number;
  readonly depth: number;
  readonly rate: number;
  /** Shares of rows and features that each tree looks at. */
  readonly rowShare: number;
  readonly featureShare: number;
  /** Weight added to each leaf, and the least weight in one. */
  readonly ridge: number;
  readonly leastLeaf: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** First and second derivatives of the loss, row by row. */
export interface Slopes {
  readonly g: Float64Array;
  readonly h: Float64Array;
}

/** A complete tree: splits level by level, then leaves from left to right. */
export interface Tree {
  readonly feature: readonly number[];
  readonly edge: readonly number[];
  readonly leaf: readonly number[];
}

/** An edge that no value reaches: everything goes left. */
export const NO_EDGE = 1e9;
