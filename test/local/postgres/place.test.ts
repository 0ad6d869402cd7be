import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lastingPlace, temporaryPlace } from '../../../lib/local/postgres/place.js';

const isRoot = process.getuid?.() === 0;
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'place-test-'));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('temporaryPlace', () => {
  it('is a new folder each time, closed to others', async () => {
    const places = [await temporaryPlace(), await temporaryPlace()];
    const modes = await Promise.all(places.map(async (one) => (await stat(one.folder)).mode));
    await Promise.all(places.map((one) => rm(one.folder, { recursive: true })));
    expect(places[0]?.folder).not.toBe(places[1]?.folder);
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o700]);
  });
});

describe('lastingPlace', () => {
  it('is the wanted folder, made with those above it', async () => {
    const place = await lastingPlace(join(folder, 'a/b'));
    expect(place).toMatchObject({ folder: join(folder, 'a/b'), temporary: false });
  });

  it.runIf(isRoot)('is given to a user other than root', async () => {
    const place = await lastingPlace(join(folder, 'db'));
    expect((await stat(place.folder)).uid).toBe(place.user.uid);
    expect(place.user.uid).not.toBe(0);
  });

  it.runIf(isRoot)('moves out of a home that nobody else may enter, and stays there', async () => {
    const home = join(folder, 'home');
    const shared = join(folder, 'shared');
    await mkdir(home, { mode: 0o700 });
    const first = await lastingPlace(join(home, 'db'), shared);
    await mkdir(join(first.folder, 'data'));
    const second = await lastingPlace(join(home, 'db'), shared);
    expect(first.folder.startsWith(shared)).toBe(true);
    expect(second.folder).toBe(first.folder);
    expect((await stat(join(second.folder, 'data'))).isDirectory()).toBe(true);
  });

  it.runIf(isRoot)('starts afresh once its folder in the home was removed', async () => {
    const home = join(folder, 'home');
    const shared = join(folder, 'shared');
    await mkdir(home, { mode: 0o700 });
    const first = await lastingPlace(join(home, 'db'), shared);
    await mkdir(join(first.folder, 'data'));
    await rm(join(home, 'db'), { recursive: true });
    const second = await lastingPlace(join(home, 'db'), shared);
    await expect(stat(join(second.folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.runIf(isRoot)('says so when there is no other place', async () => {
    const home = join(folder, 'home');
    await mkdir(home, { mode: 0o700 });
    await expect(lastingPlace(join(home, 'db'), join(home, 'shared'))).rejects.toMatchObject({
      code: 'misconfigured',
    });
  });
});
