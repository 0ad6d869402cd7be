import type { KeyObject } from 'node:crypto';
import type { CommandPayload, CommandResult } from './command.js';
import type { Notify } from './notice.js';
import { type CommandRefusal, type Identity, isStale, openCommand } from './open-command.js';

/** How an action ended. */
export interface Outcome {
  readonly ok: boolean;
  readonly result: Readonly<Record<string, unknown>>;
  /** What to do once the result is on its way. */
  readonly afterwards?: () => Promise<void>;
}

/** Takes commands from answers. */
export interface Commander {
  /** Check commands and carry the good ones out, one after another. Never throws. */
  receive(envelopes: readonly unknown[]): void;
  /** Settled when everything received so far is done. */
  idle(): Promise<void>;
}

/** What a commander works with. */
export interface CommanderDeps {
  readonly identity: Identity;
  readonly keys: readonly KeyObject[];
  readonly now: () => Date;
  readonly carryOut: (command: CommandPayload) => Promise<Outcome>;
  /** Hands a result over to be pushed promptly. */
  readonly report: (result: CommandResult) => void;
  /** Hands a result over once more, with the next push that comes anyway. */
  readonly repeat: (result: CommandResult) => void;
  readonly notify: Notify;
}

/** Ids are kept this long: far longer than any command with that id can be good. */
const KNOWN_MS = 3_600_000;

/** How often the result of one command is told again: whoever repeats it for ever does not listen. */
const MOST_REPEATS = 3;

interface Known {
  readonly untilMs: number;
  readonly result: CommandResult | null;
  repeats: number;
}

/** The commands that were taken up, with their results. */
function createMemory(now: () => Date) {
  const known = new Map<string, Known>();
  return {
    has: (id: string) => known.has(id),
    /** The result to be told once more, or null. */
    again(id: string): CommandResult | null {
      const one = known.get(id);
      if (one === undefined || one.repeats >= MOST_REPEATS) return null;
      one.repeats += 1;
      return one.result;
    },
    note(id: string, result: CommandResult | null) {
      const nowMs = now().getTime();
      known.set(id, { untilMs: nowMs + KNOWN_MS, result, repeats: 0 });
      for (const [old, { untilMs }] of known) if (untilMs < nowMs) known.delete(old);
    },
  };
}

async function outcomeOf(deps: CommanderDeps, command: CommandPayload): Promise<Outcome> {
  try {
    return await deps.carryOut(command);
  } catch (error) {
    deps.notify({ kind: 'hook_failed', what: command.action, error });
    return { ok: false, result: { success: false, message: 'the action failed' } };
  }
}

/**
 * Carry signed commands out, each once.
 *
 * Of those refused, only a stale one is reported, as it was meant for this agent. A repeated one is
 * answered with the first one's result, a few times, when there is one: a refusal would speak against it.
 */
export function createCommander(deps: CommanderDeps): Commander {
  const { identity, keys, now, notify } = deps;
  const memory = createMemory(now);
  let last: Promise<void> = Promise.resolve();
  function report(id: string, rest: Omit<CommandResult, 'id' | 'finished_at'>): void {
    const result = { id, ...rest, finished_at: now().toISOString() };
    memory.note(id, result);
    deps.report(result);
  }
  function refuse(reason: CommandRefusal, id: string | null): void {
    notify({ kind: 'command_refused', id, reason });
    if (id === null) return;
    if (reason === 'stale') report(id, { ok: false, error: 'refused: stale' });
    const before = reason === 'repeated' ? memory.again(id) : null;
    if (before !== null) deps.repeat(before);
  }
  async function carryOut(command: CommandPayload): Promise<void> {
    const { id, action } = command;
    if (isStale(command, now().getTime())) return refuse('stale', id);
    const { ok, result, afterwards } = await outcomeOf(deps, command);
    const message = result['message'];
    const error = !ok && { error: typeof message === 'string' ? message.slice(0, 500) : 'failed' };
    report(id, { ok, result: { ...result }, ...error });
    notify({ kind: 'command_done', id, action, ok });
    await afterwards?.();
  }
  function receiveOne(envelope: unknown): void {
    const nowMs = now().getTime();
    const opened = openCommand(envelope, { identity, keys, nowMs, isKnown: memory.has });
    if (opened.kind === 'refused') {
      refuse(opened.reason, opened.command?.id ?? null);
    } else {
      memory.note(opened.command.id, null);
      last = last.then(() => carryOut(opened.command)).catch(() => undefined);
    }
  }
  return {
    receive(envelopes) {
      for (const envelope of envelopes) receiveOne(envelope);
    },
    idle: () => last,
  };
}
