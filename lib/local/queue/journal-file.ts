import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A text file that only grows by whole lines, each on disk before its promise resolves. */
export interface JournalFile {
  sizeBytes(): number;
  /** Add one line; on failure the file is as before and the promise rejects. */
  append(line: string): Promise<void>;
  /** Replace all lines at once; a crash leaves either the old ones or the new ones. */
  rewrite(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Read the whole lines of a file; what stands after the last line feed was torn off by a crash
 * and is left out.
 *
 * @returns no lines when there is no file
 */
export async function readWholeLines(path: string): Promise<readonly string[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return Buffer.alloc(0);
    }
    throw error;
  });
  const lines: string[] = [];
  let from = 0;
  for (let to = bytes.indexOf(10); to !== -1; to = bytes.indexOf(10, from)) {
    lines.push(bytes.toString('utf8', from, to));
    from = to + 1;
  }
  return lines;
}

/** Start a journal file anew with the given lines, in place of the one that may be there. */
export async function openJournalFile(
  path: string,
  lines: readonly string[],
): Promise<JournalFile> {
  let { handle, sizeBytes } = await replace(path, lines);
  return {
    sizeBytes: () => sizeBytes,
    async append(line) {
      const bytes = Buffer.from(`${line}\n`);
      try {
        await writeAt(handle, bytes, sizeBytes);
        await handle.datasync();
      } catch (error) {
        await handle.truncate(sizeBytes).catch(() => undefined);
        throw error;
      }
      sizeBytes += bytes.length;
    },
    async rewrite(next) {
      const old = handle;
      ({ handle, sizeBytes } = await replace(path, next));
      await old.close();
    },
    close: () => handle.close(),
  };
}

async function replace(
  path: string,
  lines: readonly string[],
): Promise<{ handle: FileHandle; sizeBytes: number }> {
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    let sizeBytes = 0;
    for (const line of lines) {
      const bytes = Buffer.from(`${line}\n`);
      await writeAt(handle, bytes, sizeBytes);
      sizeBytes += bytes.length;
    }
    await handle.sync();
    await rename(`${path}.new`, path);
    await syncFolder(dirname(path));
    return { handle, sizeBytes };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const rest = bytes.length - done;
    const { bytesWritten } = await handle.write(bytes, done, rest, position + done);
    done += bytesWritten;
  }
}

// A rename is durable only once its folder is; systems that cannot sync folders say so by failing.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
