import { LONGEST_TIMER_MS, type Plan } from './plan.js';
import type { Message } from './tables.js';

/** One timer per message that waits for its time. */
export interface MessageTimers {
  /** Call back when the message is due, at once if it is already. */
  set(message: Message, whenDue: (message: Message) => void): void;
  clear(messageId: string): void;
  clearAll(): void;
}

/** Make a set of timers with none running. */
export function createMessageTimers(plan: Plan): MessageTimers {
  const timers = new Map<string, NodeJS.Timeout>();

  function set(message: Message, whenDue: (message: Message) => void): void {
    const waitMs = message.dueAt - plan.now();
    if (waitMs <= 0) {
      whenDue(message);
      return;
    }
    const ring = () => {
      timers.delete(message.messageId);
      // What no single timer can measure is waited for in several.
      return waitMs > LONGEST_TIMER_MS ? set(message, whenDue) : whenDue(message);
    };
    timers.set(message.messageId, setTimeout(ring, Math.min(waitMs, LONGEST_TIMER_MS)));
  }

  return {
    set,
    clear(messageId) {
      clearTimeout(timers.get(messageId));
      timers.delete(messageId);
    },
    clearAll() {
      for (const timer of timers.values()) {
        clearTimeout(timer);
      }
      timers.clear();
    },
  };
}
