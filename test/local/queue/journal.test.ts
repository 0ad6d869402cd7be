import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Journal, openJournal } from '../../../lib/local/queue/journal.js';
import { drop, put, TABLE_NAMES, TABLES } from '../../../lib/local/queue/tables.js';
import { testFolder } from './support.js';

const queue = (name: string, parallelism = 1) =>
  put('queues', name, { name, parallelism, paused: false, createdAt: 1, updatedAt: 2 });
const group = (name: string, filler: string) =>
  put('groups', name, { name, createdAt: 1, updatedAt: 2, endpoints: [{ url: filler }] });

async function reopened(folder: string, journal: Journal): Promise<Journal> {
  await journal.close();
  return await openJournal(folder);
}

describe('openJournal', () => {
  it('knows every table', () => {
    expect([...TABLE_NAMES].sort()).toEqual(Object.keys(TABLES).sort());
  });

  it('finds again what was committed, and not what was dropped', async () => {
    const folder = await testFolder();
    const first = await openJournal(folder);
    await first.commit([queue('a'), queue('b')]);
    await first.commit([queue('a', 3), drop('queues', 'b'), drop('queues', 'never there')]);
    const second = await reopened(folder, first);
    expect([...second.tables.queues.values()]).toEqual([
      { name: 'a', parallelism: 3, paused: false, createdAt: 1, updatedAt: 2 },
    ]);
    await second.close();
  });

  it('keeps rows in the order in which they first came', async () => {
    const folder = await testFolder();
    const first = await openJournal(folder);
    for (const name of ['c', 'a', 'b']) {
      await first.commit([queue(name)]);
    }
    await first.commit([queue('a', 9)]);
    const second = await reopened(folder, first);
    expect([...second.tables.queues.keys()]).toEqual(['c', 'a', 'b']);
    await second.close();
  });

  it('has a commit on disk when its promise resolves', async () => {
    const folder = await testFolder();
    const journal = await openJournal(folder);
    await Promise.all(['a', 'b', 'c'].map((name) => journal.commit([queue(name)])));
    const text = await readFile(join(folder, 'queue.jsonl'), 'utf8');
    expect(['a', 'b', 'c'].every((name) => text.includes(`"name":"${name}"`))).toBe(true);
    await journal.close();
  });

  it('shows a commit in memory at once', async () => {
    const journal = await openJournal(await testFolder());
    const durable = journal.commit([queue('a')]);
    expect(journal.tables.queues.has('a')).toBe(true);
    await durable;
    await journal.close();
  });

  it.each([1, 5, 20])('leaves out a last line torn off by %d bytes, and goes on', async (torn) => {
    const folder = await testFolder();
    const path = join(folder, 'queue.jsonl');
    const first = await openJournal(folder);
    await first.commit([queue('whole')]);
    await first.commit([queue('torn')]);
    await first.close();
    await truncate(path, (await stat(path)).size - torn);
    const second = await openJournal(folder);
    expect([...second.tables.queues.keys()]).toEqual(['whole']);
    await second.commit([queue('after')]);
    const third = await reopened(folder, second);
    expect([...third.tables.queues.keys()]).toEqual(['whole', 'after']);
    await third.close();
  });

  it('leaves out a last line that is whole and not readable', async () => {
    const folder = await testFolder();
    const first = await openJournal(folder);
    await first.commit([queue('whole')]);
    await first.close();
    await appendFile(join(folder, 'queue.jsonl'), '\0\0\0\0\n');
    const second = await openJournal(folder);
    expect([...second.tables.queues.keys()]).toEqual(['whole']);
    await second.close();
  });

  it.each(['not json', '[["queues","a",{"name":1}]]', '[["nonsense","a",null]]', '{}'])(
    'refuses to start over a damaged line in the middle: %s',
    async (line) => {
      const folder = await testFolder();
      await writeFile(join(folder, 'queue.jsonl'), `${line}\n[]\n`);
      await expect(openJournal(folder)).rejects.toThrow(/line 1 of 2 is damaged/);
      // Nothing was overwritten, and the folder is free again.
      expect(await readFile(join(folder, 'queue.jsonl'), 'utf8')).toBe(`${line}\n[]\n`);
      await writeFile(join(folder, 'queue.jsonl'), '');
      await (await openJournal(folder)).close();
    },
  );

  it('compacts a file of mostly dead rows, and loses nothing by it', async () => {
    const folder = await testFolder();
    const path = join(folder, 'queue.jsonl');
    const journal = await openJournal(folder, 10_000);
    await journal.commit([group('kept', 'x'.repeat(2000))]);
    let largest = 0;
    for (let round = 0; round < 50; round++) {
      await journal.commit([group('changing', String(round).padStart(1000, '.'))]);
      largest = Math.max(largest, (await stat(path)).size);
    }
    expect(largest).toBeLessThan(13_000);
    const again = await reopened(folder, journal);
    expect(again.tables.groups.get('kept')?.endpoints[0]?.url).toHaveLength(2000);
    expect(again.tables.groups.get('changing')?.endpoints[0]?.url).toMatch(/\.49$/);
    await again.close();
  });

  it('keeps commits that come in while it compacts', async () => {
    const folder = await testFolder();
    const journal = await openJournal(folder, 500);
    const names = Array.from({ length: 300 }, (_, index) => `queue-${index}`);
    await Promise.all(names.map((name) => journal.commit([queue(name)])));
    for (const name of names.slice(0, 100)) {
      await Promise.all([
        journal.commit([drop('queues', name)]),
        journal.commit([queue(`${name}-again`)]),
      ]);
    }
    const again = await reopened(folder, journal);
    expect(again.tables.queues.size).toBe(300);
    expect(again.tables.queues.has('queue-0')).toBe(false);
    expect(again.tables.queues.has('queue-99-again')).toBe(true);
    await again.close();
  });

  it('keeps its files to their owner', async () => {
    const folder = join(await testFolder(), 'made');
    const journal = await openJournal(folder);
    await journal.commit([queue('a')]);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect((await stat(join(folder, 'queue.jsonl'))).mode & 0o077).toBe(0);
    await journal.close();
  });

  it('refuses every commit once the disk has refused one', async () => {
    const journal = await openJournal(await testFolder());
    await journal.close();
    await expect(journal.commit([queue('a')])).rejects.toThrow(/cannot be written/);
    await expect(journal.commit([])).rejects.toThrow(/cannot be written/);
  });

  it('forgets everything without a folder', async () => {
    const journal = await openJournal(null);
    await journal.commit([queue('a')]);
    expect(journal.tables.queues.size).toBe(1);
    await journal.close();
    expect((await openJournal(null)).tables.queues.size).toBe(0);
  });
});
