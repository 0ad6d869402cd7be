import { createFlowMeter, type FlowMeter } from './flow-meter.js';
import { GLOBAL_PARALLELISM, type Plan } from './plan.js';
import { createQueueSlots, type QueueSlots, queueOf } from './queue-slots.js';
import type { Message, Tables } from './tables.js';

/** Who may go now, and when it is worth asking again. */
export interface Admission {
  readonly admitted: readonly Message[];
  /** Milliseconds until a rate allows the next one; `Infinity` when only an event can help. */
  readonly askAgainMs: number;
}

/** What messages that are due have to pass: their queue, their flow control key, all others. */
export interface Gates {
  readonly meter: FlowMeter;
  readonly slots: QueueSlots;
  /** The messages whose delivery is under way. */
  readonly inside: ReadonlySet<string>;
  /** Let through, in order, whoever may start now; those count as under way from here on. */
  admit(due: Iterable<Message>): Admission;
  /** The delivery is over; the message's place in its queue is not given up by this. */
  leave(message: Message): void;
}

interface Inside {
  readonly tables: Tables;
  readonly meter: FlowMeter;
  readonly slots: QueueSlots;
  readonly inside: Set<string>;
}

/** Make the gates with nobody inside. */
export function createGates(tables: Tables, plan: Plan): Gates {
  const meter = createFlowMeter(plan);
  const slots = createQueueSlots();
  const inside = new Set<string>();
  return {
    meter,
    slots,
    inside,
    admit: (due) => admit(due, { tables, meter, slots, inside }),
    leave(message) {
      inside.delete(message.messageId);
      meter.finish(flowKeyOf(message));
    },
  };
}

function admit(due: Iterable<Message>, now: Inside): Admission {
  const admitted: Message[] = [];
  const heldBack = new Set<string>();
  let askAgainMs = Number.POSITIVE_INFINITY;
  for (const message of due) {
    const waitMs = waitMsOf(message, now, heldBack);
    if (waitMs === 0) {
      now.inside.add(message.messageId);
      now.slots.take(message);
      now.meter.start(flowKeyOf(message));
      admitted.push(message);
    } else {
      askAgainMs = Math.min(askAgainMs, waitMs);
      heldBack.add(queueOf(message) ?? '');
    }
  }
  return { admitted, askAgainMs };
}

function waitMsOf(message: Message, now: Inside, heldBack: ReadonlySet<string>): number {
  const full = now.inside.size >= GLOBAL_PARALLELISM;
  if (full || !queueAllows(message, now, heldBack)) {
    return Number.POSITIVE_INFINITY;
  }
  const flow = now.tables.flows.get(flowKeyOf(message) ?? '');
  return flow === undefined ? 0 : now.meter.waitMs(flow);
}

// Who holds a place already passes those that wait for one; who waits is never overtaken.
function queueAllows(message: Message, now: Inside, heldBack: ReadonlySet<string>): boolean {
  const queue = queueOf(message);
  if (queue === null) {
    return true;
  }
  const { parallelism = 1, paused = false } = now.tables.queues.get(queue) ?? {};
  if (paused && message.slot === undefined) {
    return false;
  }
  const room = !heldBack.has(queue) && now.slots.taken(queue) < parallelism;
  return room || now.slots.holds(message);
}

/** The flow control key that a message goes by, or `null`. */
export function flowKeyOf(message: Pick<Message, 'options'>): string | null {
  return message.options['upstash-flow-control-key'] ?? null;
}
