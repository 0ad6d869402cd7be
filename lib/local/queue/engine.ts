import { type AttemptParts, attempt, STOPPED } from './attempt.js';
import { createGates, flowKeyOf, type Gates } from './gates.js';
import { createMessageTimers } from './message-timers.js';
import { LONGEST_TIMER_MS } from './plan.js';
import { createQuiet } from './quiet.js';
import type { Message } from './tables.js';

/** Delivers every message in the journal when it is due and its gates are open. */
export interface Engine {
  readonly gates: Gates;
  /** Take charge of a message that is in the journal. */
  arm(message: Message): void;
  /** Let go of a message that is not in the journal any more. */
  forget(message: Message): void;
  /** Look again who may start, because a limit has changed. */
  pump(): void;
  /** How many messages are due and held back by a flow control key. */
  waiting(flowKey: string): number;
  /** Wait until nothing is left to deliver; `false` when that took longer than `timeoutMs`. */
  idle(timeoutMs: number): Promise<boolean>;
  /** Break off what is under way; it counts as not attempted. */
  close(): Promise<void>;
}

interface State extends AttemptParts {
  /** Due and not let through yet, in order. */
  readonly due: Map<string, Message>;
  readonly running: Map<AbortController, Promise<void>>;
  wake: NodeJS.Timeout | undefined;
  closed: boolean;
}

/** Make an engine at rest. */
export function createEngine(parts: Omit<AttemptParts, 'gates'>): Engine {
  const { tables } = parts.journal;
  const gates = createGates(tables, parts.plan);
  const timers = createMessageTimers(parts.plan);
  const state: State = {
    ...parts,
    gates,
    due: new Map(),
    running: new Map(),
    wake: undefined,
    closed: false,
  };
  const quiet = createQuiet(() => tables.messages.size === 0 && state.running.size === 0);

  function arm(message: Message): void {
    if (!state.closed && tables.messages.has(message.messageId)) {
      timers.set(message, (dueNow) => {
        state.due.set(dueNow.messageId, dueNow);
        pump();
      });
    }
  }

  function pump(): void {
    letThrough(state, (message) => start(state, message, arm).then(pump).then(quiet.check));
  }

  return {
    gates,
    arm,
    pump,
    forget(message) {
      timers.clear(message.messageId);
      giveUpPlace(state, message);
      pump();
      quiet.check();
    },
    waiting: (flowKey) =>
      [...state.due.values()].filter((message) => flowKeyOf(message) === flowKey).length,
    idle: quiet.wait,
    async close() {
      timers.clearAll();
      await stop(state);
    },
  };
}

/** Take up what an earlier process left, with the places that it held in its queues. */
export function resume(engine: Engine, messages: Iterable<Message>): void {
  const left = [...messages];
  for (const message of left) {
    if (message.slot !== undefined || message.retried > 0) {
      engine.gates.slots.take(message);
    }
  }
  for (const message of left) {
    engine.arm(message);
  }
}

function letThrough(state: State, begin: (message: Message) => Promise<void>): void {
  clearTimeout(state.wake);
  if (state.closed) {
    return;
  }
  const { admitted, askAgainMs } = state.gates.admit(state.due.values());
  for (const message of admitted) {
    state.due.delete(message.messageId);
    void begin(message);
  }
  if (askAgainMs !== Number.POSITIVE_INFINITY) {
    const waitMs = Math.min(Math.ceil(askAgainMs), LONGEST_TIMER_MS);
    state.wake = setTimeout(() => letThrough(state, begin), waitMs);
  }
}

async function start(
  state: State,
  message: Message,
  arm: (message: Message) => void,
): Promise<void> {
  const abort = new AbortController();
  const running = attempt(message, abort, state)
    .catch((error: unknown) => {
      console.error('local queue:', error);
      return [];
    })
    .then((next) => {
      state.gates.leave(message);
      state.running.delete(abort);
      next.forEach(arm);
    });
  state.running.set(abort, running);
  await running;
}

// One that is under way gives its place up itself, when its answer is there.
function giveUpPlace(state: State, message: Message): void {
  state.due.delete(message.messageId);
  if (!state.gates.inside.has(message.messageId)) {
    state.gates.slots.release(message);
  }
}

async function stop(state: State): Promise<void> {
  state.closed = true;
  clearTimeout(state.wake);
  for (const abort of state.running.keys()) {
    abort.abort(STOPPED);
  }
  await Promise.all(state.running.values());
}
