import type { CommandAction } from './command.js';
import type { CommandRefusal } from './open-command.js';

/** What an agent tells its service through `onEvent`: for logs, never needed for its work. */
export type AgentNotice =
  /** Forestall is away or busy: everything waits, and is tried again. */
  | { readonly kind: 'push_failed'; readonly why: string; readonly retryInS: number }
  /** Forestall does not let this agent in (wrong key or address): tried again, slowly. */
  | {
      readonly kind: 'push_refused';
      readonly status: number;
      readonly why: string;
      readonly retryInS: number;
    }
  /** Forestall did not take this batch: its samples are gone. */
  | {
      readonly kind: 'batch_rejected';
      readonly status: number;
      readonly why: string;
      readonly samples: number;
      readonly reports: number;
    }
  /** Single samples of a batch were refused. */
  | { readonly kind: 'samples_rejected'; readonly count: number }
  /** Pushes go through again. */
  | { readonly kind: 'push_recovered' }
  | {
      readonly kind: 'command_refused';
      readonly id: string | null;
      readonly reason: CommandRefusal;
    }
  | {
      readonly kind: 'command_done';
      readonly id: string;
      readonly action: CommandAction;
      readonly ok: boolean;
    }
  /** A recovery that the agent began by itself. */
  | {
      readonly kind: 'recovered';
      readonly action: CommandAction;
      readonly ok: boolean;
      readonly why: string;
    }
  | { readonly kind: 'restarting'; readonly id: string }
  /** A function of the service (cache, pool, hook) threw, or a measurement failed. */
  | { readonly kind: 'hook_failed'; readonly what: string; readonly error: unknown };

/** Tell a notice. */
export type Notify = (notice: AgentNotice) => void;

/** Tell notices to a listener whose own failures stay its own. */
export function safeNotify(listener: ((notice: AgentNotice) => unknown) | undefined): Notify {
  return (notice) => {
    try {
      Promise.resolve(listener?.(notice)).catch(() => undefined);
    } catch {
      // A listener that throws must not stop the agent, and there is nobody else to tell.
    }
  };
}
