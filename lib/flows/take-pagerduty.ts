import type { App } from '../app.js';
import { AppError } from '../errors.js';
import { incidentOfKey } from '../notify/pagerduty/dedup-key.js';
import { acknowledge } from './incidents.js';

/** Something that happened to an alert in PagerDuty. */
interface PagerDutyEvent {
  readonly type: string;
  /** The alert's dedup key. */
  readonly key: string;
  /** Who did it. */
  readonly who: string;
}

/**
 * Take what happens to our alerts in PagerDuty: who acknowledges one has seen our incident. All else, and
 * what is about no open incident of ours, is taken without doing anything.
 *
 * Safe to repeat: the first who has seen it stays.
 */
export async function takePagerDuty(
  app: App,
  { type, key, who }: PagerDutyEvent,
): Promise<{ taken: boolean }> {
  const id = incidentOfKey(key);
  if (type !== 'incident.acknowledged' || id === null) return { taken: false };
  const name = who.replace(/\p{C}/gu, '').slice(0, 80);
  try {
    await acknowledge(app, id, `${name} (PagerDuty)`);
    return { taken: true };
  } catch (error) {
    const isOver = error instanceof AppError && ['conflict', 'not_found'].includes(error.code);
    if (!isOver) throw error;
    return { taken: false };
  }
}
