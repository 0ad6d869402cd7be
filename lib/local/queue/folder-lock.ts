import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const Holder = z.object({ pid: z.int(), startedAt: z.number() });

/**
 * Claim a folder for this process, so that two queues never write one journal.
 *
 * A claim outlives its process when that is killed; it then counts for nothing. The start time
 * beside the process id tells this process from an earlier one that had the same id, as the first
 * process of a container has.
 *
 * @returns gives the folder back
 * @throws {Error} when a living process holds it; the sentence names the file and the process
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'queue.lock');
  const me = JSON.stringify({ pid: process.pid, startedAt: performance.timeOrigin });
  // Two rounds: a second one after a dead holder's claim was cleared away.
  for (let round = 0; round < 2; round++) {
    const claimed = await writeFile(path, me, { flag: 'wx', mode: 0o600 }).then(
      () => true,
      (error: unknown) => alreadyThere(error),
    );
    if (claimed) {
      return () => rm(path, { force: true });
    }
    const pid = await livingHolder(path);
    if (pid !== null) {
      throw new Error(`${folder} is in use by process ${pid}; stop it, or delete ${path}`);
    }
    await rm(path, { force: true });
  }
  throw new Error(`${folder} is being claimed by another process at this moment`);
}

function alreadyThere(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
    return false;
  }
  throw error;
}

async function livingHolder(path: string): Promise<number | null> {
  const holder = await readFile(path, 'utf8').then(parse, () => null);
  if (holder === null) {
    return null;
  }
  const living =
    holder.pid === process.pid
      ? holder.startedAt === performance.timeOrigin
      : isRunning(holder.pid);
  return living ? holder.pid : null;
}

function parse(text: string): z.infer<typeof Holder> | null {
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
