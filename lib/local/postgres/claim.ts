import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { AppError } from '../../errors.js';
import { processIdentity } from '../process-identity.js';

const Owner = z.object({ pid: z.int(), identity: z.string() });

/** How long a left-over server may take to write its last checkpoint before it is told to drop everything. */
const FAST_STOP_MS = 20_000;

/**
 * Take a server's folder for this process, and stop a server that a killed process left behind in it.
 *
 * @returns gives the folder back
 * @throws {AppError} `conflict` when a living process holds the folder, or its data is served by a server
 * that Forestall did not start
 */
export async function claimFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'owner.json');
  const left = await livingOwner(path);
  await stopLeftover(join(folder, 'data'), left === 'dead');
  if (left === 'dead') await rm(path, { force: true });
  const identity = processIdentity(process.pid);
  const claim = JSON.stringify({ pid: process.pid, identity, token: randomUUID() });
  await writeFile(path, claim, { flag: 'wx', mode: 0o600 }).catch((cause: unknown) => {
    throw new AppError('conflict', `${folder} is being claimed at this moment; try again`, {
      cause,
    });
  });
  return async () => {
    const now = await readFile(path, 'utf8').catch(() => '');
    if (now === claim) await rm(path, { force: true });
  };
}

/** Whether somebody claimed the folder before and has ended without giving it back. */
async function livingOwner(path: string): Promise<'none' | 'dead'> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return 'none';
  const owner = Owner.safeParse(parseJson(text));
  if (owner.success && processIdentity(owner.data.pid) === owner.data.identity) {
    throw inUse(owner.data.pid, path);
  }
  return 'dead';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The refusal of a folder that another process uses. */
export function inUse(pid: number, path: string): AppError {
  return new AppError(
    'conflict',
    `the database folder is in use by process ${pid} (${path}): stop that process, or choose another folder`,
  );
}

async function stopLeftover(data: string, ours: boolean): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  const identity = processIdentity(pid);
  // Of a dead process, PostgreSQL clears the file away itself, once it knows that no child lives on.
  if (identity === null) return;
  if (!servesFolder(pid, data)) return rm(file);
  if (!ours) throw inUse(pid, file);
  process.kill(pid, 'SIGINT');
  if (await ended(pid, identity, FAST_STOP_MS)) return;
  process.kill(pid, 'SIGQUIT');
  if (!(await ended(pid, identity, FAST_STOP_MS))) throw inUse(pid, file);
}

/** Whether the process is a Postgres of this data folder rather than one that was given an old number. */
function servesFolder(pid: number, data: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    // Not ours to look at, or a system without this file system: then the name decides.
    return commandOf(pid).includes('postgres');
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return 'postgres';
  }
}

async function ended(pid: number, identity: string, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 50) {
    if (processIdentity(pid) !== identity) return true;
    await delay(50);
  }
  return false;
}
