import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import * as z from 'zod';
import { type Connection, startEmbeddedPostgres } from '../../lib/local/embedded-postgres.js';
import { processIdentity } from '../../lib/local/process-identity.js';

// Each test starts a whole server or two, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'embedded-test-'));
  // Under root the server runs as another user, which must pass through.
  await chmod(scratch, 0o755);
  const seed = await startEmbeddedPostgres({ dataDir: join(scratch, 'seed'), durable: false });
  await query(seed, 'create table kept as select 7 as n');
  await seed.stop();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function query(server: Connection, text: string): Promise<unknown[]> {
  const { host, port, user, password } = server;
  const client = new pg.Client({ host, port, user, password, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** A data folder that was used before: copied, which is quicker than a new one. */
async function usedFolder(name: string): Promise<string> {
  const dataDir = join(scratch, name);
  await cp(join(scratch, 'seed'), dataDir, { recursive: true });
  return dataDir;
}

const temporaryFolders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('forestall-postgres-'));

const Held = z.object({ pid: z.int(), port: z.int() });

/** Serve a folder from a process of its own. */
async function hold(dataDir?: string): Promise<{ child: ChildProcess; pid: number }> {
  const script = join(import.meta.dirname, '../support/hold-postgres.ts');
  const args = dataDir === undefined ? [script] : [script, dataDir];
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, pid: Held.parse(JSON.parse(line)).pid };
  }
  throw new Error('it ended without serving');
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('startEmbeddedPostgres', () => {
  it('serves PostgreSQL 18 that sorts and lower-cases as Neon does', async () => {
    const postgres = await startEmbeddedPostgres({ durable: false });
    const rows = await query(
      postgres,
      `select current_setting('server_version_num')::int / 10000 as major, lower('ÄÖ') as low,
        'Z' < 'a' as bytes, current_setting('timezone') as zone, current_setting('fsync') as fsync`,
    );
    await postgres.stop();
    expect(rows).toEqual([{ major: 18, low: 'äö', bytes: true, zone: 'UTC', fsync: 'off' }]);
  });

  it('asks every client for the password', async () => {
    const postgres = await startEmbeddedPostgres({ durable: false });
    const wrong = query({ ...postgres, password: 'wrong' }, 'select 1');
    await expect(wrong).rejects.toMatchObject({ code: '28P01' });
    await postgres.stop();
  });

  it('leaves nothing behind without a data folder', async () => {
    // Others on this machine make temporary folders, too: this one has a place of its own for them.
    const ours = await mkdtemp(join(tmpdir(), 'forestall-test-'));
    await chmod(ours, 0o755);
    vi.stubEnv('TMPDIR', ours);
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await rm(ours, { recursive: true, force: true });
    });
    const postgres = await startEmbeddedPostgres({ durable: false });
    const during = await temporaryFolders();
    await postgres.stop();
    await postgres.stop();
    await postgres.ended;
    expect(during).toHaveLength(1);
    expect(processIdentity(postgres.pid)).toBeNull();
    expect(await temporaryFolders()).toEqual([]);
  });

  it('ends sessions that are still open when it is stopped', async () => {
    const postgres = await startEmbeddedPostgres({ durable: false });
    const { host, port, user, password } = postgres;
    const client = new pg.Client({ host, port, user, password, database: 'postgres' });
    const lost = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    await postgres.stop();
    await expect(lost).resolves.toMatchObject({ message: expect.any(String) });
  });
});

describe('startEmbeddedPostgres with a data folder', () => {
  it('finds its data and its password again, and writes durably when asked to', async () => {
    const dataDir = join(scratch, 'a/kept');
    const first = await startEmbeddedPostgres({ dataDir, durable: true });
    await query(first, 'create table kept as select 7 as n');
    const settings = await query(first, "select current_setting('fsync') as fsync");
    await first.stop();
    const second = await startEmbeddedPostgres({ dataDir, durable: true });
    const rows = await query({ ...second, password: first.password }, 'select n from kept');
    await second.stop();
    expect(settings).toEqual([{ fsync: 'on' }]);
    expect(rows).toEqual([{ n: 7 }]);
  });

  it('refuses a folder that is in use in one clear line, and leaves its server alone', async () => {
    const dataDir = await usedFolder('busy');
    const first = await startEmbeddedPostgres({ dataDir, durable: false });
    const second = startEmbeddedPostgres({ dataDir, durable: false });
    await expect(second).rejects.toMatchObject({
      name: 'AppError',
      code: 'conflict',
      message: expect.stringMatching(/in use by process \d+ .*: stop that process, or choose/),
    });
    expect(await query(first, 'select 1 as n')).toEqual([{ n: 1 }]);
    await first.stop();
  });

  it('lets one of two simultaneous starts win', async () => {
    const dataDir = join(scratch, 'race');
    const both = await Promise.allSettled([
      startEmbeddedPostgres({ dataDir, durable: false }),
      startEmbeddedPostgres({ dataDir, durable: false }),
    ]);
    const won = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const lost = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    await Promise.all(won.map((postgres) => postgres.stop()));
    expect(won).toHaveLength(1);
    expect(lost).toMatchObject([{ name: 'AppError', code: 'conflict' }]);
  });

  it('refuses data that is served by somebody else', async () => {
    const dataDir = await usedFolder('foreign');
    const first = await startEmbeddedPostgres({ dataDir, durable: false });
    await unlink(join(dataDir, 'owner.json'));
    const second = startEmbeddedPostgres({ dataDir, durable: false });
    await expect(second).rejects.toMatchObject({ code: 'conflict' });
    expect(await query(first, 'select 1 as n')).toEqual([{ n: 1 }]);
    await first.stop();
  });

  it.each([
    { name: 'a process that is gone', pid: () => 4_190_000 },
    { name: 'a process that has got the number since', pid: () => process.pid },
  ])('takes over the lock file of $name', async ({ name, pid }) => {
    const dataDir = await usedFolder(`stale-${name.length}`);
    await writeFile(join(dataDir, 'data', 'postmaster.pid'), `${pid()}\n${dataDir}/data\n`);
    await writeFile(
      join(dataDir, 'owner.json'),
      JSON.stringify({ pid: pid(), identity: 'an earlier one' }),
    );
    const second = await startEmbeddedPostgres({ dataDir, durable: false });
    expect(await query(second, 'select n from kept')).toEqual([{ n: 7 }]);
    await second.stop();
  });

  it('begins anew where a start was killed half-way', async () => {
    const dataDir = await usedFolder('half');
    await rm(join(dataDir, 'data'), { recursive: true });
    await writeFile(join(dataDir, 'data.new'), 'half a cluster');
    const second = await startEmbeddedPostgres({ dataDir, durable: false });
    await second.stop();
    const before = await readFile(join(scratch, 'seed', 'password'), 'utf8');
    expect(second.password).not.toBe(before);
  });

  it.each([
    { name: 'another major version', file: 'data/PG_VERSION', text: '15\n', says: 'PostgreSQL 15' },
    { name: 'a broken configuration', file: 'data/postgresql.conf', text: 'no = such', says: 'no' },
  ])('says what is wrong with data of $name', async ({ file, text, says }) => {
    const dataDir = await usedFolder(`wrong-${says.length}`);
    await writeFile(join(dataDir, file), text);
    await expect(startEmbeddedPostgres({ dataDir, durable: false })).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining(says),
    });
    expect(existsSync(join(dataDir, 'owner.json'))).toBe(false);
  });

  it('says that the password is missing rather than locking itself out', async () => {
    const dataDir = await usedFolder('keyless');
    await unlink(join(dataDir, 'password'));
    await expect(startEmbeddedPostgres({ dataDir, durable: false })).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('password'),
    });
  });
});

describe('a server whose process was killed', () => {
  it('stops by itself and takes its temporary folder with it', async () => {
    const before = await temporaryFolders();
    const { child, pid } = await hold();
    await kill(child);
    await expect.poll(() => processIdentity(pid), { timeout: 15_000 }).toBeNull();
    const fresh = async () => (await temporaryFolders()).filter((name) => !before.includes(name));
    await expect.poll(fresh, { timeout: 15_000 }).toEqual([]);
  });

  it('gives its folder to the next start, with all that was committed', async () => {
    const dataDir = await usedFolder('orphan');
    const { child, pid } = await hold(dataDir);
    await kill(child);
    const next = await startEmbeddedPostgres({ dataDir, durable: false });
    expect(processIdentity(pid)).toBeNull();
    expect(await query(next, 'select n from kept')).toEqual([{ n: 7 }]);
    await next.stop();
    const owner = readFile(join(dataDir, 'owner.json'));
    await expect(owner).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
