import type { Message } from './tables.js';

/**
 * The places that messages take in their queues.
 *
 * A message keeps its place while it is retried and until its callbacks are through, which is
 * what makes a queue with one place deliver strictly in order.
 *
 * @see https://upstash.com/docs/qstash/features/queues
 */
export interface QueueSlots {
  /** Whether the message has a place, its own or that of the message it reports on. */
  holds(message: Message): boolean;
  /** How many places of a queue are taken. */
  taken(queue: string): number;
  take(message: Message): void;
  /** Give the place up; it is free once nobody shares it any more. */
  release(message: Message): void;
}

/** The queue in whose order a message stands, or `null`. */
export function queueOf(message: Message): string | null {
  return message.slot?.queue ?? message.queueName ?? null;
}

/** Make a set of places with none taken. */
export function createQueueSlots(): QueueSlots {
  const queues = new Map<string, Map<string, Set<string>>>();

  function sharers(message: Message): Set<string> | undefined {
    return queues.get(queueOf(message) ?? '')?.get(holderOf(message));
  }

  return {
    holds: (message) => sharers(message) !== undefined,
    taken: (queue) => queues.get(queue)?.size ?? 0,
    take(message) {
      const queue = queueOf(message);
      if (queue === null) {
        return;
      }
      const slots = queues.get(queue) ?? new Map<string, Set<string>>();
      queues.set(queue, slots);
      slots.set(holderOf(message), (sharers(message) ?? new Set()).add(message.messageId));
    },
    release(message) {
      const shared = sharers(message);
      shared?.delete(message.messageId);
      if (shared?.size === 0) {
        queues.get(queueOf(message) ?? '')?.delete(holderOf(message));
      }
    },
  };
}

function holderOf(message: Message): string {
  return message.slot?.holder ?? message.messageId;
}
