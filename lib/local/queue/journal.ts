import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.js';
import { type JournalFile, openJournalFile, readWholeLines } from './journal-file.js';
import {
  createMemoryTables,
  decodeChanges,
  encodeChanges,
  type MemoryTables,
} from './memory-tables.js';
import type { Change, Tables } from './tables.js';

/** Tables that survive their process: in memory for reading, on disk before a commit resolves. */
export interface Journal {
  readonly tables: Tables;
  /**
   * Make changes, all or none: visible at once, durable when the promise resolves. An empty
   * commit waits for those before it.
   *
   * @throws {Error} when the disk refused; from then on every commit is refused, because memory
   * and disk no longer agree
   */
  commit(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
}

// Beyond this, and twice what was live at the last compaction, dead rows are worth removing.
const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024;

// Rows per line of a snapshot: lines stay readable, and far below the longest possible string.
const ROWS_PER_LINE = 20;

/**
 * Open the journal in a folder, or one in memory only.
 *
 * @param folder - made when missing; `null` for memory only
 * @param compactAboveBytes - file size below which the file is never compacted
 * @throws {Error} when another process holds the folder, or a line other than the last is damaged
 */
export async function openJournal(
  folder: string | null,
  compactAboveBytes: number = COMPACT_ABOVE_BYTES,
): Promise<Journal> {
  const memory = createMemoryTables();
  if (folder === null) {
    return inMemory(memory);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(folder);
  try {
    const path = join(folder, 'queue.jsonl');
    replay(memory, path, await readWholeLines(path));
    const file = await openJournalFile(path, snapshotLines(memory));
    return onDisk(memory, file, { compactAboveBytes, unlock });
  } catch (error) {
    await unlock();
    throw error;
  }
}

function inMemory(memory: MemoryTables): Journal {
  return {
    tables: memory.tables,
    commit(changes) {
      memory.apply(changes);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

function replay(memory: MemoryTables, path: string, lines: readonly string[]): void {
  for (const [index, line] of lines.entries()) {
    try {
      memory.apply(decodeChanges(line));
    } catch (cause) {
      // After a power cut the last line may be whole in length and not in content.
      if (index < lines.length - 1) {
        throw new Error(`${path}: line ${index + 1} of ${lines.length} is damaged`, { cause });
      }
    }
  }
}

function snapshotLines(memory: MemoryTables): readonly string[] {
  const rows = memory.snapshot();
  const lines: string[] = [];
  for (let from = 0; from < rows.length; from += ROWS_PER_LINE) {
    lines.push(encodeChanges(rows.slice(from, from + ROWS_PER_LINE)));
  }
  return lines;
}

interface Waiting {
  readonly changes: readonly Change[];
  readonly settle: (error: unknown) => void;
}

function onDisk(
  memory: MemoryTables,
  file: JournalFile,
  options: { readonly compactAboveBytes: number; readonly unlock: () => Promise<void> },
): Journal {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;
  let failure: unknown = null;
  let liveBytes = file.sizeBytes();

  async function write(changes: readonly Change[]): Promise<void> {
    if (file.sizeBytes() > Math.max(options.compactAboveBytes, 2 * liveBytes)) {
      // Memory already holds these changes, and those that wait: the snapshot covers them all.
      await file.rewrite(snapshotLines(memory));
      liveBytes = file.sizeBytes();
    } else if (changes.length > 0) {
      await file.append(encodeChanges(changes));
    }
  }

  // Whatever gathers while one write is under way goes into the next, as one line.
  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      const outcome =
        failure ?? (await write(group.flatMap((one) => one.changes)).then(() => null, reason));
      failure = outcome;
      for (const one of group) {
        one.settle(outcome);
      }
    }
    writing = null;
  }

  return {
    tables: memory.tables,
    commit(changes) {
      if (failure !== null) {
        return Promise.reject(new Error('the journal cannot be written', { cause: failure }));
      }
      memory.apply(changes);
      return new Promise((resolve, reject) => {
        const settle = (error: unknown) =>
          error === null
            ? resolve()
            : reject(new Error('the journal cannot be written', { cause: error }));
        waiting.push({ changes, settle });
        writing ??= drain();
      });
    },
    async close() {
      await writing;
      await file.close();
      await options.unlock();
    },
  };
}

function reason(error: unknown): unknown {
  return error ?? new Error('unknown');
}
