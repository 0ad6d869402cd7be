import type { App } from '../app.js';
import type { Outgoing } from '../queue/queue.js';
import { markPublished } from '../store/recovery-outbox.js';
import type { Held } from '../store/recovery-progress.js';

/** A recovery whose next message is to be sent. */
export interface Sending extends Held {
  readonly kind: 'recover' | 'verify';
  readonly delayS: number;
  /** When a message of the same kind and token was handed over that came to nothing, or null. */
  readonly lostAt?: Date | null;
}

/** Redeliveries of a message about a recovery, at 1, 2, 4, 8, 16 s. */
const RETRIES = 5;

/**
 * What a message is told apart by: sent twice for one reason it counts as one. The queue remembers it for
 * ten minutes, so what is sent because the first was lost needs a name of its own.
 */
function nameOf({ id, token, kind, lostAt }: Sending): string {
  const name = `${kind}-${id}-${token}`;
  return lostAt ? `${name}-${lostAt.getTime()}` : name;
}

function outgoing(sending: Sending): Outgoing {
  const { id, token, kind, delayS } = sending;
  return {
    path: '/api/recover',
    body: { kind, recovery_id: id, token },
    retries: RETRIES,
    delayS,
    dedupId: nameOf(sending),
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
