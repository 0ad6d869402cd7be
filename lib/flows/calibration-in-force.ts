import * as z from 'zod';
import type { App } from '../app.js';
import { Calibration, NO_CALIBRATION } from '../domain/learn/calibration.js';
import { MODEL_VERSION } from '../domain/learn/model-version.js';

/** What is in force, and what is wrong with what should be. */
export interface InForce {
  readonly calibration: Calibration;
  /** The version that the database has in force, readable or not; 0 for none. */
  readonly version: number;
  /** Why the identity is in force in its place; null where nothing is wrong. */
  readonly trouble: string | null;
}

const Active = z.object({ version: z.number(), model: z.string(), body: z.unknown() });

const NOTHING: InForce = { calibration: NO_CALIBRATION, version: 0, trouble: null };

/**
 * Read what the database has in force; what cannot be read, or was learned of another predictor, changes
 * nothing, and the trouble says why.
 *
 * @param stored - as the control row answers it; null for none
 */
export function readInForce(stored: unknown): InForce {
  if (stored === null || stored === undefined) return NOTHING;
  const active = Active.safeParse(stored);
  if (!active.success) return { ...NOTHING, trouble: 'the calibration in force cannot be read' };
  const { version, model, body } = active.data;
  if (model !== MODEL_VERSION) {
    const trouble = `calibration ${version} was learned of ${model}, not of ${MODEL_VERSION}`;
    return { ...NOTHING, version, trouble };
  }
  const parsed = Calibration.safeParse(body);
  if (parsed.success) return { calibration: { ...parsed.data, version }, version, trouble: null };
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : `: ${issue.path.join('.')}: ${issue.message}`;
  return { ...NOTHING, version, trouble: `calibration ${version} cannot be read${where}` };
}

/** The same, and tell of trouble in the log. */
export function calibrationInForce(app: Pick<App, 'log'>, stored: unknown): InForce {
  const inForce = readInForce(stored);
  const { trouble } = inForce;
  if (trouble !== null) app.log({ level: 'error', event: 'calibration_not_in_force', trouble });
  return inForce;
}
