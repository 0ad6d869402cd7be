import { describe, expect, it } from 'vitest';
import {
  holdStorm,
  mergeSettings,
  readControl,
  recordStorm,
  recordSweep,
  setPaused,
} from '../../lib/store/control.js';
import { claimRecoveries } from '../../lib/store/recovery-claims.js';
import { sqlState } from '../../lib/store/sql.js';
import { addComponent, newRecovery, presentVersion, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const raised = (version: string): string => String(Number(version) + 1);

/** Whether a claim that was decided at a version still takes anything. */
async function claims(version: string): Promise<boolean> {
  const { id } = await addComponent(sql);
  return (await claimRecoveries(sql, version, [newRecovery(id)])) !== null;
}

describe('readControl', () => {
  it('answers a new installation: running, without settings, never swept', async () => {
    expect(await readControl(sql)).toEqual({
      paused: false,
      pausedWhy: null,
      settings: {},
      stormSince: null,
      calmSince: null,
      lastSweepAt: null,
      lastSweepAgeS: null,
      lastSweep: null,
      calibration: null,
    });
  });
});

describe('setPaused', () => {
  it('turns the switch, and voids claims that were decided before', async () => {
    const version = await presentVersion(sql);
    const off = { paused: true, why: 'an audit', who: 'ann' };
    expect(await setPaused(sql, off)).toEqual([{ paused: true }]);
    expect(await readControl(sql)).toMatchObject({ paused: true, pausedWhy: 'an audit' });
    expect(await presentVersion(sql)).toBe(raised(version));
    expect(await claims(version)).toBe(false);
    await setPaused(sql, { paused: false, why: null, who: 'ann' });
    expect(await readControl(sql)).toMatchObject({ paused: false, pausedWhy: null });
    expect(await presentVersion(sql)).toBe(raised(raised(version)));
  });

  it('notes who turned it', async () => {
    await setPaused(sql, { paused: false, why: null, who: 'bob' });
    expect(await sql`select updated_by from control`).toEqual([{ updated_by: 'bob' }]);
  });
});

describe('mergeSettings', () => {
  it('changes some settings, leaves the others, and takes out what is null', async () => {
    await mergeSettings(sql, { restartsPerHour: 1, raiseAt: 0.4 }, 'ann');
    await mergeSettings(sql, { restartsPerHour: 2, stormMin: 5 }, 'ann');
    await mergeSettings(sql, { raiseAt: null }, 'ann');
    expect((await readControl(sql))?.settings).toEqual({ restartsPerHour: 2, stormMin: 5 });
    await mergeSettings(sql, { restartsPerHour: null, stormMin: null }, 'ann');
    expect((await readControl(sql))?.settings).toEqual({});
  });

  it('loses none of ten changes that are made at once', async () => {
    const settings = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`setting${i}`, i]));
    await race(
      database,
      'select 1 from control where id = 1 for update',
      times(10, (i) => mergeSettings(sql, { [`setting${i}`]: i }, 'ann')),
    );
    expect((await readControl(sql))?.settings).toEqual(settings);
    const none = Object.fromEntries(Object.keys(settings).map((name) => [name, null]));
    await mergeSettings(sql, none, 'ann');
  });

  it('voids claims that were decided before', async () => {
    const version = await presentVersion(sql);
    await mergeSettings(sql, { restartsPerHour: 2 }, 'ann');
    expect(await claims(version)).toBe(false);
    expect(await presentVersion(sql)).toBe(raised(version));
  });
});

describe('recordSweep', () => {
  it('keeps the sum of a sweep, and leaves the decision version', async () => {
    const version = await presentVersion(sql);
    await recordSweep(sql, { assessed: 7 });
    const control = await readControl(sql);
    expect(control).toMatchObject({ lastSweep: { assessed: 7 }, lastSweepAt: expect.any(Date) });
    expect(control?.lastSweepAgeS).toBeGreaterThanOrEqual(0);
    expect(await presentVersion(sql)).toBe(version);
  });
});

const none = { stormSince: null, calmSince: null };
const storm = { stormSince: new Date('2026-03-01T12:00:00.123Z'), calmSince: null };
const calm = { ...storm, calmSince: new Date('2026-03-01T12:05:00Z') };

describe('recordStorm', () => {
  it('keeps the storm, and voids claims that were decided before', async () => {
    const version = await presentVersion(sql);
    for (const state of [storm, calm, none]) {
      await recordStorm(sql, state);
      expect(await readControl(sql)).toMatchObject(state);
    }
    expect(await claims(version)).toBe(false);
  });
});

describe('holdStorm', () => {
  it.each([
    { is: none, read: none, held: true },
    { is: storm, read: storm, held: true },
    { is: calm, read: calm, held: true },
    { is: storm, read: none, held: false },
    { is: none, read: storm, held: false },
    { is: calm, read: storm, held: false },
    { is: storm, read: calm, held: false },
  ])('of $is, read as $read: $held', async ({ is, read, held }) => {
    await recordStorm(sql, is);
    const next = { stormSince: new Date('2026-04-01T12:00:00Z'), calmSince: null };
    const change = sql.transaction([holdStorm(sql, read), recordStorm(sql, next)]);
    expect(await change.then(() => null, sqlState)).toBe(held ? null : 'FS001');
    expect(await readControl(sql)).toMatchObject(held ? next : is);
  });

  it('takes what a person has set to the microsecond', async () => {
    await sql`update control set storm_since = '2026-03-01T12:00:00.123456Z', calm_since = null`;
    await sql.transaction([holdStorm(sql, storm), recordStorm(sql, none)]);
    expect(await readControl(sql)).toMatchObject(none);
  });

  it('lets one of ten change what they have all read', async () => {
    const changes = await race(
      database,
      'select 1 from control where id = 1 for update',
      times(10, () =>
        sql
          .transaction([holdStorm(sql, none), recordStorm(sql, storm)])
          .then(() => 'changed', sqlState),
      ),
    );
    expect(changes.toSorted()).toEqual([...Array<string>(9).fill('FS001'), 'changed']);
  });
});

describe('the control row', () => {
  it('is one: a second is refused', async () => {
    await expect(Promise.resolve(sql`insert into control (id) values (2)`)).rejects.toThrow();
  });

  it('missing reads as null, which counts as paused', async () => {
    await sql`delete from control`;
    expect(await readControl(sql)).toBeNull();
    expect(await setPaused(sql, { paused: false, why: null, who: 'ann' })).toEqual([]);
  });
});
