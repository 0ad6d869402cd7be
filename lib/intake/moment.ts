import { AppError } from '../errors.js';
import { type NamedSample, readSample } from './read-sample.js';
import { DEFAULT_TIME_BOUNDS } from './read-time.js';

/**
 * Read the metrics of one moment of one component, in the shape of a sample.
 *
 * @param now - when it was received
 * @throws {AppError} `invalid`, in the words of the intake
 */
export function readMoment(value: unknown, now: Date): NamedSample {
  const reading = readSample(
    value,
    { component: null, instance: null },
    { ...DEFAULT_TIME_BOUNDS, now },
  );
  if (reading.ok) return reading.value;
  const { code, detail } = reading.refusal;
  throw new AppError('invalid', detail, { details: { code } });
}
