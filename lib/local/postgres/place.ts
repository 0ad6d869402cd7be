import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../errors.js';
import { give } from './give.js';
import { mayEnter, type RunAs, runAs } from './run-as.js';

/** Where a server lives, and as whom it runs. */
export interface Place {
  /** Holds `data/`, `password` and `owner.json`. */
  readonly folder: string;
  readonly temporary: boolean;
  readonly user: RunAs;
}

/** Where data lies when root keeps its files in a folder that no other user may enter. */
const SHARED = '/var/lib/forestall';

/**
 * Make a folder for a server that is thrown away.
 *
 * @throws {AppError} `misconfigured` when no temporary folder can be entered by the user it runs as
 */
export async function temporaryPlace(): Promise<Place> {
  const user = runAs('');
  for (const parent of [tmpdir(), '/tmp', '/var/tmp']) {
    if (!mayEnter(parent, user)) continue;
    const folder = await mkdtemp(join(await realpath(parent), 'forestall-postgres-'));
    await give(folder, user);
    return { folder, temporary: true, user };
  }
  throw new AppError('misconfigured', `${tmpdir()} cannot be entered by uid ${user.uid}`);
}

/**
 * Make, or find again, the folder of a server that keeps its data.
 *
 * Under root the server runs as another user. If that user cannot reach the folder (a home of mode 0700),
 * the data goes to `/var/lib/forestall`, and the folder keeps a note of it: whoever removes the folder
 * starts afresh.
 *
 * @param wanted - the folder
 * @param shared - the folder to use instead
 * @throws {AppError} `misconfigured` when the user can enter neither
 */
export async function lastingPlace(wanted: string, shared = SHARED): Promise<Place> {
  // The mode is for the last folder alone: those above it must let the server's user through.
  await mkdir(dirname(resolve(wanted)), { recursive: true });
  await mkdir(wanted, { recursive: true, mode: 0o700 });
  const folder = await realpath(wanted);
  const user = runAs(join(folder, 'data'));
  if (statSync(folder).uid !== user.uid) await give(folder, user);
  if (mayEnter(folder, user)) return { folder, temporary: false, user };
  const moved = join(shared, createHash('sha256').update(folder).digest('hex').slice(0, 16));
  const note = join(folder, 'moved-to');
  try {
    if (!existsSync(note)) await rm(moved, { recursive: true, force: true });
    await mkdir(moved, { recursive: true, mode: 0o755 });
    await give(moved, user);
    if (!mayEnter(moved, user)) throw new Error(`nor can it enter ${moved}`);
    await writeFile(note, `${moved}\n`);
  } catch (cause) {
    throw new AppError(
      'misconfigured',
      `PostgreSQL runs as uid ${user.uid}, which cannot enter ${folder}: choose a folder that others may enter`,
      { cause },
    );
  }
  return { folder: moved, temporary: false, user };
}
