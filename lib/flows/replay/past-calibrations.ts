import { type Calibration, NO_CALIBRATION } from '../../domain/learn/calibration.js';
import type { StoredCalibration } from '../../store/calibrations.js';
import { readInForce } from '../calibration-in-force.js';

/** What was learned, and when it was in force. */
export interface PastCalibration {
  readonly from: Date;
  /** Null where nobody has gone back from it. */
  readonly until: Date | null;
  readonly calibration: Calibration;
}

/** The versions that can be read, newest first; what was learned of another predictor says nothing. */
export function pastCalibrations(stored: readonly StoredCalibration[]): PastCalibration[] {
  return stored
    .toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .flatMap((one) => {
      const { calibration, trouble } = readInForce(one);
      const { createdAt: from, rolledBackAt: until } = one;
      return trouble === null ? [{ from, until, calibration }] : [];
    });
}

/** What was in force at an instant: learned by then, and not yet gone back from. */
export function calibrationAt(newestFirst: readonly PastCalibration[], now: Date): Calibration {
  const found = newestFirst.find(
    ({ from, until }) => from <= now && (until === null || until > now),
  );
  return found?.calibration ?? NO_CALIBRATION;
}
