import type { Group } from '../group.js';

/** A metric's way to its failure: 0 where nothing is wrong, 1 at the limit. */
export interface Way {
  /** From the metric's unit to the way. */
  readonly of: (y: number) => number;
  /** Back to the metric's unit. */
  readonly unit: (x: number) => number;
  /** Whether twice as much is twice as far, so that a ratio of two days means something. */
  readonly isLinear: boolean;
}

/**
 * Added to an error ratio before its logarithm is taken, so that no errors at all is a finite level:
 * three in ten thousand, where the study behind ARCHITECTURE.md ("Prediction") put it.
 */
const ERROR_FLOOR = 3e-4;

/** A latency's base counts as at most this share of its limit. */
const HIGHEST_BASE = 0.5;

/**
 * The domain in which a metric of this group goes to its limit along nearly a straight line: usage as it
 * is; errors as `log10(ratio + 3e-4)`; latency as its logarithm above its base.
 *
 * @param limit - the `fail` limit, in the metric's unit, positive
 * @param base - what a latency is like when nothing is wrong, milliseconds; unused by others
 */
export function wayOf(group: Group, limit: number, base: number): Way {
  if (group === 'errors') {
    const low = Math.log10(ERROR_FLOOR);
    const width = Math.log10(limit + ERROR_FLOOR) - low;
    return {
      of: (y) => (Math.log10(Math.max(0, y) + ERROR_FLOOR) - low) / width,
      unit: (x) => 10 ** (low + x * width) - ERROR_FLOOR,
      isLinear: false,
    };
  }
  if (group === 'latency') {
    const from = Math.min(Math.max(base, 1e-6 * limit), HIGHEST_BASE * limit);
    const width = Math.log(limit / from);
    return {
      of: (y) => Math.log(Math.max(y, 1e-6 * limit) / from) / width,
      unit: (x) => from * Math.exp(x * width),
      isLinear: false,
    };
  }
  return { of: (y) => y / limit, unit: (x) => x * limit, isLinear: true };
}
