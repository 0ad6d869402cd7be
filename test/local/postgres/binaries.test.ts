import { chmod, cp, lstat, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedBinaries, usableBinaries } from '../../../lib/local/postgres/binaries.js';
import { runAs } from '../../../lib/local/postgres/run-as.js';

const isRoot = process.getuid?.() === 0;
const LINK = 'lib/libpq.so.5';

let folder = '';
let native = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'binaries-test-'));
  await chmod(folder, 0o755);
  native = join(folder, 'checkout', 'native');
  // As npm unpacks it: without links.
  await cp(installedBinaries(), native, {
    recursive: true,
    verbatimSymlinks: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  const manifest = join(dirname(installedBinaries()), 'package.json');
  await cp(manifest, join(folder, 'checkout', 'package.json'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('usableBinaries', () => {
  it('makes the links that an install without scripts lacks, in place', async () => {
    const programs = await usableBinaries(native, folder, runAs(''));
    expect(programs.postgres).toBe(join(native, 'bin/postgres'));
    expect((await lstat(join(native, LINK))).isSymbolicLink()).toBe(true);
  });

  it.runIf(isRoot)('copies a checkout that the server’s user may not enter, once', async () => {
    await chmod(join(folder, 'checkout'), 0o700);
    const first = await usableBinaries(native, folder, runAs(''));
    expect(first.postgres.startsWith(native)).toBe(false);
    const made = await lstat(first.postgres);
    const second = await usableBinaries(native, folder, runAs(''));
    expect(second).toEqual(first);
    expect((await lstat(second.postgres)).ino).toBe(made.ino);
  });

  it('says what to do where the programs do not run', async () => {
    await rm(join(native, 'bin/initdb'));
    await expect(usableBinaries(native, join(folder, 'copies'), runAs(''))).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('set DATABASE_URL'),
    });
  });
});
