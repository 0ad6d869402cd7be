import type { Group } from '../group.js';

/** A metric's way to its failure: 0 where nothing is wrong, 1 at the limit. */
export interface Way {
  /** From the metric's unit to the way. */
  of(y: number): number;
  /** Back to the metric's unit. */
  unit(x: number): number;
  /** Whether twice as much is twice as far, so that a ratio of two days means something. */
  readonly isLinear: boolean;
}

// Classes, for a function made anew for each metric at each sweep costs more than it computes.

class Linear implements Way {
  readonly isLinear = true;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  of(y: number): number {
    return y / this.#limit;
  }

  unit(x: number): number {
    return x * this.#limit;
  }
}

/**
 * Added to an error ratio before its logarithm is taken, so that no errors at all is a finite level:
 * three in ten thousand, where the study behind ARCHITECTURE.md ("Prediction") put it.
 */
const ERROR_FLOOR = 3e-4;

/** A latency's base counts as at most this share of its limit. */
const HIGHEST_BASE = 0.5;

const LOW = Math.log10(ERROR_FLOOR);

class ErrorRatio implements Way {
  readonly isLinear = false;
  readonly #width: number;

  constructor(limit: number) {
    this.#width = Math.log10(limit + ERROR_FLOOR) - LOW;
  }

  of(y: number): number {
    return (Math.log10(Math.max(0, y) + ERROR_FLOOR) - LOW) / this.#width;
  }

  unit(x: number): number {
    return 10 ** (LOW + x * this.#width) - ERROR_FLOOR;
  }
}

class Latency implements Way {
  readonly isLinear = false;
  readonly #least: number;
  readonly #from: number;
  readonly #width: number;

  constructor(limit: number, base: number) {
    this.#least = 1e-6 * limit;
    this.#from = Math.min(Math.max(base, this.#least), HIGHEST_BASE * limit);
    this.#width = Math.log(limit / this.#from);
  }

  of(y: number): number {
    return Math.log(Math.max(y, this.#least) / this.#from) / this.#width;
  }

  unit(x: number): number {
    return this.#from * Math.exp(x * this.#width);
  }
}

/**
 * The domain in which a metric of this group goes to its limit along nearly a straight line: usage as it
 * is; errors as `log10(ratio + 3e-4)`; latency as its logarithm above its base.
 *
 * @param limit - the `fail` limit, in the metric's unit, positive
 * @param base - what a latency is like when nothing is wrong, milliseconds; unused by others
 */
export function wayOf(group: Group, limit: number, base: number): Way {
  if (group === 'errors') return new ErrorRatio(limit);
  return group === 'latency' ? new Latency(limit, base) : new Linear(limit);
}
