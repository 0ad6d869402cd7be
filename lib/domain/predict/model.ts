import * as z from 'zod';
import { FAILURES, type Failure, jointNames } from './features/joint.js';
import { type Forest, ForestData, forestOf } from './forest.js';

const Ratio = z.number().min(0).max(1);

/** Points of a non-decreasing map from what the forests say to how often it came true. */
const Knots = z.array(z.tuple([Ratio, Ratio])).min(2);

const FailureData = z.strictObject({
  features: z.array(z.string()),
  '1h': ForestData,
  '6h': ForestData,
  '24h': ForestData,
  /** Natural logarithm of the horizons until the failure. */
  time: ForestData,
  /** What the time is multiplied by for the bounds that one in ten failures come before, and after. */
  early: z.number().positive(),
  late: z.number().positive(),
});

/** Everything that is learned from data, and where it comes from. */
export const ModelData = z.strictObject({
  version: z.number().int().positive(),
  provenance: z.record(z.string(), z.union([z.string(), z.number()])),
  /** One for each way to fail, with the names of its features: a model of other features is refused. */
  failures: z.record(z.enum(FAILURES), FailureData),
  calibration: z.strictObject({ '1h': Knots, '6h': Knots, '24h': Knots }),
});
export type ModelData = z.infer<typeof ModelData>;

/** What is asked about one way to fail. */
export interface FailureModel {
  readonly '1h': Forest;
  readonly '6h': Forest;
  readonly '24h': Forest;
  readonly time: Forest;
  readonly early: number;
  readonly late: number;
}

/** A model that can be asked. */
export interface Model {
  readonly version: number;
  readonly failures: Readonly<Record<Failure, FailureModel>>;
  readonly calibration: ModelData['calibration'];
}

/**
 * Make a model from its data.
 *
 * @throws {RangeError} when it was made for other features
 */
export function modelOf(data: ModelData): Model {
  const failures = Object.fromEntries(
    FAILURES.map((failure) => {
      const of = data.failures[failure];
      if (of.features.join() !== jointNames(failure).join()) {
        throw new RangeError(`model ${data.version} was made for other features: make it anew`);
      }
      const made = {
        ...{ '1h': forestOf(of['1h']), '6h': forestOf(of['6h']), '24h': forestOf(of['24h']) },
        ...{ time: forestOf(of.time), early: of.early, late: of.late },
      };
      return [failure, made];
    }),
  ) as Record<Failure, FailureModel>;
  return { version: data.version, failures, calibration: data.calibration };
}
