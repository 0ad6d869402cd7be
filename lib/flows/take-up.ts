import { createHash } from 'node:crypto';
import type { App } from '../app.js';
import { HOUR } from '../domain/time.js';
import type { DeadLetter } from '../queue/queue.js';
import { type BrainRow, writeBrain } from '../store/brain.js';

/** Messages that may be given up while the database is away, and must not be lost by it. */
export interface Kept {
  readonly label: string;
  /** What is told of one that was given up. */
  readonly why: string;
}

/**
 * Take up messages that the queue has given up, now that the database is well.
 *
 * Each is told as `db_recovery_failed` and sent again, at most once an hour: one that fails for a reason of
 * its own must not use up the queue's day, and is never dropped by us. A queue that does not answer is left
 * for the next sweep.
 *
 * @returns how many were sent again
 */
export async function takeUp(app: App, kept: Kept): Promise<number> {
  const { label } = kept;
  try {
    const letters = await app.queue.deadLetters(label);
    if (letters.length === 0) return 0;
    const hour = Math.floor(Date.now() / HOUR);
    const rows = await writeBrain(
      app.sql,
      letters.map((letter) => failedRow(letter, kept, hour)),
    );
    const told = new Set(rows.map((row) => row['eventKey']));
    const due = letters.filter((letter) => told.has(keyOf(letter, label, hour)));
    await app.queue.revive(due.map(({ dlqId }) => dlqId));
    return due.length;
  } catch (error) {
    app.log({ level: 'warn', event: `${label}_not_taken_up`, error });
    return 0;
  }
}

/** The same message has the same key for an hour, whatever the queue calls its next delivery. */
function keyOf({ body, messageId }: DeadLetter, label: string, hour: number): string {
  const content = createHash('sha256').update(body === '' ? messageId : body);
  return `${label}-failed:${content.digest('hex').slice(0, 32)}:${hour}`;
}

function failedRow(letter: DeadLetter, { label, why }: Kept, hour: number): BrainRow {
  return {
    agent: 'enhanced_self_healing',
    actionType: 'db_recovery_failed',
    component: '(all)',
    input: { message_id: letter.messageId },
    output: { success: false, attempts: 6, message: why },
    success: false,
    eventKey: keyOf(letter, label, hour),
  };
}
