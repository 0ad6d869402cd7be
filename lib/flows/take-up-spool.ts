import { createHash } from 'node:crypto';
import type { App } from '../app.js';
import { HOUR } from '../domain/time.js';
import type { DeadLetter } from '../queue/queue.js';
import { type BrainRow, writeBrain } from '../store/brain.js';

/** Label of messages that hold samples. */
export const SPOOL_LABEL = 'spool';

/**
 * Take up spooled samples that the queue has given up, now that the database is well.
 *
 * Each is told as `db_recovery_failed` and sent again, at most once an hour: one that fails for a reason of
 * its own must not use up the queue's day, and is never dropped by us. A queue that does not answer is left
 * for the next sweep.
 *
 * @returns how many were sent again
 */
export async function takeUpSpool(app: App): Promise<number> {
  try {
    const letters = await app.queue.deadLetters(SPOOL_LABEL);
    if (letters.length === 0) return 0;
    const hour = Math.floor(Date.now() / HOUR);
    const rows = await writeBrain(
      app.sql,
      letters.map((letter) => failedRow(letter, hour)),
    );
    const told = new Set(rows.map((row) => row['eventKey']));
    const due = letters.filter((letter) => told.has(keyOf(letter, hour)));
    await app.queue.revive(due.map(({ dlqId }) => dlqId));
    return due.length;
  } catch (error) {
    app.log({ level: 'warn', event: 'spool_not_taken_up', error });
    return 0;
  }
}

/** The same batch has the same key for an hour, whatever the queue calls its next message. */
function keyOf({ body, messageId }: DeadLetter, hour: number): string {
  const batch = createHash('sha256').update(body === '' ? messageId : body);
  return `spool-failed:${batch.digest('hex').slice(0, 32)}:${hour}`;
}

function failedRow(letter: DeadLetter, hour: number): BrainRow {
  const { messageId } = letter;
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
    eventKey: keyOf(letter, hour),
  };
}
