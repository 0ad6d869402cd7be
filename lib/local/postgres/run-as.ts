import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** The user that a server process runs as; empty is the present one. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/** The number that `nobody` has nearly everywhere; it needs no entry in the user table. */
const NOBODY = 65_534;

/**
 * Choose the user for Postgres, which refuses to run as root.
 *
 * @param dataFolder - an existing one keeps its owner, so that a folder made without root stays usable
 */
export function runAs(dataFolder: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  const found = statSync(dataFolder, { throwIfNoEntry: false });
  return found === undefined || found.uid === 0
    ? { uid: NOBODY, gid: NOBODY }
    : { uid: found.uid, gid: found.gid };
}

/** Whether that user may enter a folder: every folder above it counts. */
export function mayEnter(folder: string, user: RunAs): boolean {
  if (user.uid === undefined) return true;
  const entered = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], { ...user, cwd: '/' });
  return entered.status === 0;
}
