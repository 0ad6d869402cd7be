import { setTimeout as sleep } from 'node:timers/promises';
import type { Caches } from './caches.js';
import type { ErrorHistory } from './error-history.js';
import type { MemoryHistory } from './memory-history.js';
import type { Notify } from './notice.js';

/** The contract's result of a memory clean-up. */
export interface MemoryResult {
  readonly success: boolean;
  readonly leak_detected: boolean;
  /** Resident memory before less after, in MiB; 0 when it did not fall, null when it cannot be read. */
  readonly memory_freed_mb: number | null;
  /** Entries dropped from registered caches and the error history. */
  readonly objects_collected: number;
  /** Resident memory after, in MiB; null when it cannot be read. */
  readonly current_memory_mb: number | null;
}

/** What a clean-up works with. */
export interface MemoryDeps {
  readonly history: MemoryHistory;
  readonly caches: Caches;
  readonly errors: ErrorHistory;
  /** The garbage collector; null when Node was started without `--expose-gc`. */
  readonly gc: (() => void) | null;
  readonly notify: Notify;
}

/**
 * V8 gives pages back in the background: measured, 120 MB of garbage are still resident right after a
 * collection, half of them after 50 ms, and none after a second collection.
 */
const SETTLE_MS = 50;

const MIB = 1024 * 1024;

/** Resident memory in bytes; null, and told, when it cannot be read: reading it takes a file descriptor. */
function residentBytes(notify: Notify): number | null {
  try {
    return process.memoryUsage().rss;
  } catch (error) {
    notify({ kind: 'hook_failed', what: 'memory', error });
    return null;
  }
}

function inMib(bytes: number | null): number | null {
  return bytes === null ? null : Math.round((100 * bytes) / MIB) / 100;
}

async function collect(gc: (() => void) | null): Promise<void> {
  gc?.();
  await sleep(SETTLE_MS, undefined, { ref: false });
}

/** On a busy machine pages are given back later: how often that is waited for once more. */
const SETTLES = 10;

/** Collect until less is resident than before, or it is clear that nothing will be given back. */
async function settle({ gc, notify }: MemoryDeps, before: number | null): Promise<number | null> {
  let now = residentBytes(notify);
  for (let i = 0; i < SETTLES && before !== null && now !== null && now >= before; i += 1) {
    await collect(gc);
    now = residentBytes(notify);
  }
  return now;
}

/**
 * Clean memory up: collect garbage, empty the registered caches, clear the error history, collect again, and
 * take what is in use then as the new baseline.
 *
 * Garbage is collected where the collector is exposed; otherwise V8 does it in its own time. Never rejects.
 *
 * @param onlyIfLeaking - do nothing unless the leak test finds a leak
 */
export async function cleanMemory(deps: MemoryDeps, onlyIfLeaking: boolean): Promise<MemoryResult> {
  const isLeaking = deps.history.isLeaking();
  const before = residentBytes(deps.notify);
  if (onlyIfLeaking && !isLeaking) {
    return {
      success: true,
      leak_detected: false,
      memory_freed_mb: 0,
      objects_collected: 0,
      current_memory_mb: inMib(before),
    };
  }
  await collect(deps.gc);
  const { entries, failed } = await deps.caches.clear();
  for (const { name, error } of failed) {
    deps.notify({ kind: 'hook_failed', what: `cache ${name}`, error });
  }
  const forgotten = deps.errors.clear();
  await collect(deps.gc);
  await collect(deps.gc);
  const isSettling = entries > 0 && deps.gc !== null;
  const after = isSettling ? await settle(deps, before) : residentBytes(deps.notify);
  if (after !== null) deps.history.setBaseline(after);
  return {
    success: failed.length === 0,
    leak_detected: isLeaking,
    memory_freed_mb: before === null || after === null ? null : inMib(Math.max(before - after, 0)),
    objects_collected: entries + forgotten,
    current_memory_mb: inMib(after),
  };
}
