import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFolder } from '../../../lib/local/queue/folder-lock.js';
import { testFolder } from './support.js';

describe('lockFolder', () => {
  it('lets one in at a time', async () => {
    const folder = await testFolder();
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.pid}`);
    await unlock();
    await (await lockFolder(folder))();
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a folder that another living process holds', async () => {
    const folder = await testFolder();
    const lock = JSON.stringify({ pid: process.ppid, startedAt: 0 });
    await writeFile(join(folder, 'queue.lock'), lock);
    await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.ppid}`);
  });

  it.each([
    ['a process that is gone', () => spawnSync(process.execPath, ['--version']).pid],
    ['an earlier process with the same id', () => process.pid],
  ])('takes over from %s', async (_, pid) => {
    const folder = await testFolder();
    await writeFile(join(folder, 'queue.lock'), JSON.stringify({ pid: pid(), startedAt: 0 }));
    await (await lockFolder(folder))();
  });

  it.each(['', 'nonsense', '{"pid":"x"}'])(
    'takes over from a claim that reads "%s"',
    async (text) => {
      const folder = await testFolder();
      await writeFile(join(folder, 'queue.lock'), text);
      await (await lockFolder(folder))();
    },
  );
});
