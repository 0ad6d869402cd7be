import { conclude } from './conclude.js';
import { deliver } from './deliver.js';
import type { EventLog } from './event-log.js';
import type { Gates } from './gates.js';
import type { Journal } from './journal.js';
import { outgoingRequest } from './outgoing.js';
import type { Plan } from './plan.js';
import type { SigningKeys } from './signing-keys.js';
import type { Message } from './tables.js';
import { acceptedSettings } from './views.js';

/** One attempt to deliver a message, as it ended. */
export interface Attempt {
  readonly messageId: string;
  readonly url: string;
  /** 0 for the first attempt. */
  readonly retried: number;
  /** What the destination answered, 0 when it did not. */
  readonly status: number;
  /** Milliseconds. */
  readonly at: number;
}

/** What an attempt works with. */
export interface AttemptParts {
  readonly plan: Plan;
  readonly journal: Journal;
  readonly log: EventLog;
  readonly keys: SigningKeys;
  readonly gates: Gates;
  readonly onAttempt: (attempt: Attempt) => void;
}

/** The reason for breaking attempts off when the queue stops: they count as not made. */
export const STOPPED = 'the queue was stopped';

/**
 * Try once to deliver a message, and put into the journal what came of it.
 *
 * @param abort - breaks the attempt off; with the reason {@link STOPPED} nothing is recorded
 * @returns what is to be delivered next: the message again, its callbacks
 * @throws {Error} when the journal cannot be written
 */
export async function attempt(
  message: Message,
  abort: AbortController,
  { plan, journal, log, keys, gates, onAttempt }: AttemptParts,
): Promise<readonly Message[]> {
  const { messageId, url, retried } = message;
  const settings = acceptedSettings(message, plan);
  log.add(message, 'ACTIVE');
  const signer = { key: keys.pair().current, nowMs: plan.now() };
  const answer = await deliver(outgoingRequest(message, settings, signer), abort);
  if (abort.signal.reason === STOPPED) {
    return [];
  }
  onAttempt({ messageId, url, retried, status: answer.status, at: plan.now() });
  if (!journal.tables.messages.has(messageId)) {
    // Cancelled meanwhile: whatever it came to, nothing follows from it.
    gates.slots.release(message);
    return [];
  }
  const { state, retry, callbacks, changes } = conclude(
    { message, settings, answer },
    journal.tables,
    plan,
  );
  const durable = journal.commit(changes);
  if (state !== 'DELIVERED') {
    log.add(message, 'ERROR', { answer });
  }
  log.add(message, state, retry === null ? {} : { nextDeliveryTime: retry.dueAt });
  for (const callback of callbacks) {
    gates.slots.take(callback);
    log.add(callback, 'CREATED');
  }
  await durable;
  if (retry === null) {
    gates.slots.release(message);
  }
  return retry === null ? callbacks : [retry, ...callbacks];
}
