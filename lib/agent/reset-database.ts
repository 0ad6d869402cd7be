import { setTimeout as sleep } from 'node:timers/promises';
import { inTime } from './in-time.js';

/** A service's connection pool, in the service's own words. */
export interface DatabasePool {
  /** Close all connections and begin anew. */
  reset(): Promise<unknown>;
  /** Ask the database something small; throws while it cannot be reached. */
  check?(): Promise<unknown>;
  /** Connections in use, in percent of the pool: 0 to 100. */
  usage?(): number;
}

/** The contract's result of a database recovery. */
export interface DatabaseResult {
  readonly success: boolean;
  /** Tries to reach the database, 1 to 5. */
  readonly attempts: number;
  readonly message: string;
}

/** How the database is waited for. */
export interface DatabaseWaits {
  /** Milliseconds before each attempt; as many attempts as waits. */
  readonly waitsMs: readonly number[];
  /** Time for one reset, and for one check. */
  readonly timeoutMs: number;
  /** Ends the waiting when the agent stops. */
  readonly signal: AbortSignal;
}

/** What an error may be called in a report: its code or name, never its words, which can hold secrets. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}

/** Try something; answers null when it worked, otherwise what failed. */
async function attempt(work: () => Promise<unknown>, waits: DatabaseWaits): Promise<string | null> {
  try {
    await inTime(work, waits.timeoutMs);
    return null;
  } catch (error) {
    return nameOf(error);
  }
}

/** Wait without keeping the process alive; answers whether the agent still runs. */
async function pause(waitMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(waitMs, undefined, { signal, ref: false });
    return true;
  } catch {
    return false;
  }
}

/**
 * Reset a pool, then wait and ask until the database answers: after 1, 2, 4, 8 and 16 s, at most five times.
 *
 * A reset that fails is repeated before each attempt. A pool without `check` is taken at its word once its
 * reset succeeds. Never throws.
 */
export async function resetDatabase(
  pool: DatabasePool,
  waits: DatabaseWaits,
): Promise<DatabaseResult> {
  let failure = await attempt(() => pool.reset(), waits);
  let isReset = failure === null;
  if (isReset && pool.check === undefined) {
    return { success: true, attempts: 1, message: 'the pool was reset' };
  }
  const check = () => pool.check?.() ?? Promise.resolve();
  for (const [index, waitMs] of waits.waitsMs.entries()) {
    if (!(await pause(waitMs, waits.signal))) {
      return { success: false, attempts: index, message: 'the agent was stopped meanwhile' };
    }
    failure = isReset ? null : await attempt(() => pool.reset(), waits);
    isReset = failure === null;
    failure ??= await attempt(check, waits);
    if (failure === null) {
      const attempts = index + 1;
      return { success: true, attempts, message: `connected at attempt ${attempts}` };
    }
  }
  const attempts = waits.waitsMs.length;
  return { success: false, attempts, message: `no connection in ${attempts} attempts: ${failure}` };
}
