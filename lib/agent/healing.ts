import { type Caches, createCaches } from './caches.js';
import { cleanMemory, type MemoryResult } from './clean-memory.js';
import type { AgentEvent } from './command.js';
import { createErrorHistory, type ErrorHistory } from './error-history.js';
import type { MemoryHistory } from './memory-history.js';
import type { Notify } from './notice.js';
import type { AgentOptions, Machinery } from './options.js';
import { createRecovery, type Recovery } from './recovery.js';
import { type DatabaseResult, resetDatabase } from './reset-database.js';

/** What an agent can heal, by command or by itself. */
export interface Healing {
  readonly caches: Caches;
  readonly errors: ErrorHistory;
  readonly memory: Recovery<MemoryResult>;
  /** Clean up only if the leak test finds a leak. */
  cleanIfLeaking(): Promise<MemoryResult>;
  /** Null without a pool. */
  readonly database: Recovery<DatabaseResult> | null;
}

/** What healing works with. */
export interface HealingDeps {
  readonly options: AgentOptions;
  readonly machinery: Machinery;
  readonly history: MemoryHistory;
  readonly notify: Notify;
  /** Hands over what the agent did by itself, for the next push. */
  readonly onEvent: (event: AgentEvent) => void;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
}

/** Tell of a recovery that a failed call began: to the service, and with the next push. */
function teller(deps: HealingDeps) {
  return (
    action: 'reset_database' | 'clean_memory',
    kind: AgentEvent['kind'],
    result: DatabaseResult | MemoryResult,
  ): void => {
    deps.notify({ kind: 'recovered', action, ok: result.success, why: 'a call failed' });
    deps.onEvent({ kind, at: deps.machinery.now().toISOString(), result: { ...result } });
  };
}

function databaseRecovery(deps: HealingDeps): Recovery<DatabaseResult> | null {
  const pool = deps.options.databasePool;
  if (pool === undefined) return null;
  const { databaseWaitsMs: waitsMs, databaseTimeoutMs: timeoutMs, restMs } = deps.machinery;
  const tell = teller(deps);
  return createRecovery({
    run: () => resetDatabase(pool, { waitsMs, timeoutMs, signal: deps.signal }),
    onOwn: (result) =>
      tell(
        'reset_database',
        result.success ? 'db_connection_recovered' : 'db_recovery_failed',
        result,
      ),
    restsAfter: ({ success }) => !success,
    restMs,
  });
}

/**
 * The collector that `--expose-gc` provides, as thorough as it can be: from Node 24 on an ordinary full
 * collection keeps the pages for later. Measured, of 674 MB it gave back 50 where the last resort gave 600;
 * Node 20 needs the ordinary one.
 */
function exposedCollector(): (() => void) | undefined {
  const { gc } = globalThis;
  if (gc === undefined) return undefined;
  return () => {
    gc();
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  };
}

/** The garbage collector, if there is one; its failures are told. */
function collector(options: AgentOptions, notify: Notify): (() => void) | null {
  const gc = options.gc ?? exposedCollector();
  if (gc === undefined) return null;
  const failed = (error: unknown): void => notify({ kind: 'hook_failed', what: 'gc', error });
  return () => {
    try {
      Promise.resolve(gc()).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}

/** Put together what an agent can heal. */
export function createHealing(deps: HealingDeps): Healing {
  const { history, notify, machinery, options } = deps;
  const caches = createCaches();
  const errors = createErrorHistory(machinery.now);
  const memoryDeps = { history, caches, errors, notify, gc: collector(options, notify) };
  const tell = teller(deps);
  return {
    caches,
    errors,
    memory: createRecovery({
      run: () => cleanMemory(memoryDeps, false),
      onOwn: (result) => tell('clean_memory', 'memory_leak_cleanup', result),
      restsAfter: () => true,
      restMs: machinery.restMs,
    }),
    cleanIfLeaking: () => cleanMemory(memoryDeps, true),
    database: databaseRecovery(deps),
  };
}
