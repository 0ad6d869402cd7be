import type { App } from '../app.js';
import type { DeadLetter } from '../queue/queue.js';
import { type BrainRow, writeBrain } from '../store/brain.js';

/** Label of messages that hold samples. */
export const SPOOL_LABEL = 'spool';

/**
 * Take up spooled samples that the queue has given up, now that the database is well.
 *
 * Each is told as `db_recovery_failed` once, and sent again. A queue that does not answer is left for
 * the next sweep.
 *
 * @returns how many were sent again
 */
export async function takeUpSpool(app: App): Promise<number> {
  try {
    const letters = await app.queue.deadLetters(SPOOL_LABEL);
    if (letters.length === 0) return 0;
    await writeBrain(app.sql, letters.map(failedRow));
    await app.queue.revive(letters.map(({ dlqId }) => dlqId));
    return letters.length;
  } catch (error) {
    app.log({ level: 'warn', event: 'spool_not_taken_up', error });
    return 0;
  }
}

function failedRow({ messageId }: DeadLetter): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: 'db_recovery_failed',
    component: '(all)',
    input: { message_id: messageId },
    output: {
      success: false,
      attempts: 6,
      message: 'the database was not back within the retries; the batch is sent again',
    },
    success: false,
    eventKey: `spool-failed:${messageId}`,
  };
}
