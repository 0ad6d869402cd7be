import { chown, lchown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunAs } from './run-as.js';

/** Make a user the owner of a folder and of all that is in it; links are given, never followed. */
export async function give(folder: string, user: RunAs): Promise<void> {
  const { uid, gid } = user;
  if (uid === undefined || gid === undefined) return;
  await chown(folder, uid, gid);
  for (const name of await readdir(folder, { recursive: true })) {
    await lchown(join(folder, name), uid, gid);
  }
}
