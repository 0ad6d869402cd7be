import { type Failure, jointNames } from '../../../../lib/domain/predict/features/joint.js';

/** What stands after the features in a row of a file: when it fails, its weight, its scenario, its minute. */
export const EXTRA = 4;

/** Numbers of one row in a file. */
export function widthOf(failure: Failure): number {
  return jointNames(failure).length + EXTRA;
}
