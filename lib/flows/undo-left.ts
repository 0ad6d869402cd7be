import type { App } from '../app.js';
import { readRecoveries, selectRecoveries } from '../store/recoveries.js';
import { leftUndone } from '../store/recovery-outbox.js';
import { readable } from './readable.js';
import { planUndo } from './undo-recovery.js';

/** How long after its end a recovery that made matters worse may still be undone by itself, seconds. */
const WITHIN_S = 300;

/**
 * Undo what made matters worse where whoever ended it died before it could: before anything else is
 * decided, as an undo cannot begin while another recovery of the component is in flight.
 */
export async function undoLeft(app: App): Promise<void> {
  for (const id of await leftUndone(app.sql, WITHIN_S)) {
    const rows = await selectRecoveries(app.sql, { id, limit: 1 });
    for (const recovery of readable(app, readRecoveries, rows)) {
      await planUndo(app, recovery, { why: recovery.error ?? 'it made matters worse', who: null });
    }
  }
}
