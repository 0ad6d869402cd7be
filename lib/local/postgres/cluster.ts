import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../errors.js';
import type { Place } from './place.js';

const run = promisify(execFile);

/** The locale and encoding are Neon's own, so that sorting and lower-casing agree with production. */
const LIKE_NEON = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];

/**
 * Make a cluster (PostgreSQL's word for a folder of databases) where there is none, and tell its password.
 *
 * The password is made at random and kept beside the data, readable by the owner alone: other users of the
 * machine reach the port, too.
 *
 * @param initdb - the program
 * @throws {AppError} `misconfigured` when the folder's data was written by another major version, or its
 * password is gone
 */
export async function openCluster(
  { folder, user }: Place,
  initdb: string,
  durable: boolean,
): Promise<{ data: string; password: string }> {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  if (existsSync(data)) {
    await checkVersion(data, initdb);
    return { data, password: await readPassword(passwordFile) };
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(passwordFile, user.uid, user.gid);
  }
  // Under another name until it is whole: a start that was killed half-way leaves no broken cluster.
  const half = join(folder, 'data.new');
  await rm(half, { recursive: true, force: true });
  const options = [...LIKE_NEON, '--username=postgres', '--auth=scram-sha-256'];
  const sync = durable ? [] : ['--no-sync'];
  await run(initdb, ['-D', half, `--pwfile=${passwordFile}`, ...options, ...sync], {
    ...user,
    cwd: folder,
    env: { LC_ALL: 'C', PATH: process.env['PATH'] },
  });
  await rename(half, data);
  return { data, password };
}

async function readPassword(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new AppError(
      'misconfigured',
      `${path}, which holds the database's password, cannot be read: bring it back, or remove the folder to start afresh`,
      { cause },
    );
  }
}

async function checkVersion(data: string, initdb: string): Promise<void> {
  const written = (await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  const { stdout } = await run(initdb, ['--version']);
  const ours = /\) (\d+)/.exec(stdout)?.[1] ?? '';
  if (written !== ours) {
    throw new AppError(
      'misconfigured',
      `${data} was written by PostgreSQL ${written || 'of an unknown version'}, this is ${ours}: move it away, or serve it yourself and set DATABASE_URL`,
    );
  }
}
