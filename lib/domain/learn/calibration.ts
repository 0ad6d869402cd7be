import * as z from 'zod';

/** The names of the horizons, nearest first. */
export const HORIZONS = ['1h', '6h', '24h'] as const;

/** One of the three horizons. */
export type Horizon = (typeof HORIZONS)[number];

/** Most points of an isotonic map: pooling leaves about ten, so that more are a sign of damage. */
const MOST_KNOTS = 200;
/** Largest shift of one component, log odds: what was said with 0.97 keeps at least 0.61. */
export const MOST_SHIFT = 3;

const probability = z.number().min(0).max(1);

function neverDecreasing(knots: readonly (readonly [number, number])[]): boolean {
  return knots.every(([x, y], i) => {
    const [beforeX, beforeY] = knots[i - 1] ?? [Number.NEGATIVE_INFINITY, 0];
    return x > beforeX && y >= beforeY;
  });
}

const Knots = z
  .array(z.tuple([probability, probability]))
  .max(MOST_KNOTS)
  .refine(neverDecreasing, { error: 'knots rise in x and never fall in y' });

/**
 * What one horizon's probabilities really mean: `σ(a · logit p + b)`, then the line through the
 * knots, where there are any. Never decreasing.
 */
export const HorizonMap = z.strictObject({
  a: z.number().min(0.05).max(10),
  b: z.number().min(-10).max(10),
  /** Points of an isotonic map from the first part's probability to the calibrated one. */
  knots: Knots,
  /** The newest outcome that it was learned from, milliseconds since the epoch; absent where none was. */
  until: z.number().optional(),
});
/** {@link HorizonMap}, as read. */
export type HorizonMap = z.infer<typeof HorizonMap>;

const shift = z.number().min(-MOST_SHIFT).max(MOST_SHIFT);

/**
 * What was learned from outcomes about the predictor's probabilities: plain data, one version of it
 * in force at a time.
 */
export const Calibration = z.strictObject({
  /** 0 is the identity; others are given by the store. */
  version: z.number().int().min(0),
  /** The predictor whose probabilities it maps; those of another mean something else. */
  model: z.string().max(100),
  horizons: z.strictObject({ '1h': HorizonMap, '6h': HorizonMap, '24h': HorizonMap }),
  /** Component name to what its own habits add to the log odds; absent is 0. */
  components: z.record(
    z.string(),
    z.strictObject({ '1h': shift.optional(), '6h': shift.optional(), '24h': shift.optional() }),
  ),
});
/** {@link Calibration}, as read. */
export type Calibration = z.infer<typeof Calibration>;

/** The map that changes nothing. */
export const IDENTITY: HorizonMap = { a: 1, b: 0, knots: [] };

/** Nothing learned: probabilities stay as they are. */
export const NO_CALIBRATION: Calibration = {
  version: 0,
  model: '',
  horizons: { '1h': IDENTITY, '6h': IDENTITY, '24h': IDENTITY },
  components: {},
};
