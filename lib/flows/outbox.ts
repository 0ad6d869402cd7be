import type { App } from '../app.js';
import type { Outgoing } from '../queue/queue.js';
import { markPublished } from '../store/recovery-outbox.js';
import type { Held } from '../store/recovery-progress.js';

/** A recovery whose next message is to be sent. */
export interface Sending extends Held {
  readonly kind: 'recover' | 'verify';
  readonly delayS: number;
}

/** Redeliveries of a message about a recovery, at 1, 2, 4, 8, 16 s. */
const RETRIES = 5;

function outgoing({ id, token, kind, delayS }: Sending): Outgoing {
  return {
    path: '/api/recover',
    body: { kind, recovery_id: id, token },
    retries: RETRIES,
    delayS,
    dedupId: `${kind}-${id}-${token}`,
    label: kind,
    onFailure: '/api/recover',
  };
}

/**
 * Hand messages about recoveries to the queue, and note that this was done.
 *
 * A failure changes nothing: the rows stay unpublished, and the next sweep sends them.
 */
export async function publishRecoveries(app: App, sending: readonly Sending[]): Promise<void> {
  if (sending.length === 0) return;
  try {
    await app.queue.publish(sending.map(outgoing));
  } catch (error) {
    app.log({ level: 'error', event: 'publish_failed', count: sending.length, error });
    return;
  }
  await markPublished(app.sql, sending);
}
