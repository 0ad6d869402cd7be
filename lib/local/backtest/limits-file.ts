import * as z from 'zod';
import { StatedLimits } from '../../domain/metrics.js';
import { readJsonFile } from './json-file.js';

const LimitsFile = z.record(z.string().min(1), StatedLimits);

/** Each component's own limits, by its name. */
export type LimitsFile = ReadonlyMap<string, StatedLimits>;

/**
 * Read a file of limits, `{component: {metric: {warn?, fail?}}}`.
 *
 * @throws {Error} in one line, when it cannot be used
 */
export async function readLimits(file: string): Promise<LimitsFile> {
  return new Map(Object.entries(await readJsonFile(file, LimitsFile)));
}
