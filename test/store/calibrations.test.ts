import { beforeEach, describe, expect, it } from 'vitest';
import { NO_CALIBRATION } from '../../lib/domain/learn/calibration.js';
import {
  addCalibration,
  chooseCalibration,
  holdCalibration,
  listCalibrations,
  type NewCalibration,
  retireCalibration,
  rollBackCalibration,
} from '../../lib/store/calibrations.js';
import { storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

let next = 1;
const learned = (learnedOn: string): NewCalibration => ({
  version: next++,
  calibration: { ...NO_CALIBRATION, model: 'm' },
  madeFrom: { outcomes: 300 },
  why: 'a test',
  learnedOn,
});

beforeEach(async () => {
  await sql`delete from calibrations`;
});

async function add(learnedOn: string): Promise<number> {
  const wanted = learned(learnedOn);
  await sql.transaction([retireCalibration(sql), addCalibration(sql, wanted)]);
  return wanted.version;
}

const active = async () =>
  (await listCalibrations(sql, 10)).filter(({ isActive }) => isActive).map((one) => one.version);

describe('addCalibration', () => {
  it('puts a new version in force in the place of the last', async () => {
    const first = await add('2026-03-01');
    const second = await add('2026-03-02');
    expect(second).toBeGreaterThan(first);
    expect(await active()).toEqual([second]);
    const [newest] = await listCalibrations(sql, 10);
    expect(newest).toMatchObject({
      version: second,
      model: 'm',
      madeFrom: { outcomes: 300 },
      why: 'a test',
      learnedOn: '2026-03-02',
      rolledBackAt: null,
    });
  });

  it('keeps one version of a day, and changes nothing for a second', async () => {
    const first = await add('2026-03-01');
    await expect(add('2026-03-01')).rejects.toThrow(/calibrations_once_a_day/);
    expect(await active()).toEqual([first]);
  });

  it('never lets two be in force', async () => {
    await add('2026-03-01');
    await expect(addCalibration(sql, learned('2026-03-02'))).rejects.toThrow(
      /calibrations_one_active/,
    );
  });
});

describe('holdCalibration', () => {
  it('ends a transaction that read another version', async () => {
    const version = await add('2026-03-01');
    await holdCalibration(sql, version);
    await expect(holdCalibration(sql, version + 1)).rejects.toThrow(/has changed/);
    await retireCalibration(sql);
    await holdCalibration(sql, 0);
  });
});

describe('rollBackCalibration', () => {
  it('ends the one in force, and says who and why', async () => {
    const version = await add('2026-03-01');
    expect(await rollBackCalibration(sql, { who: 'ann', why: 'too quiet' })).toEqual([{ version }]);
    const [one] = await listCalibrations(sql, 10);
    expect(one).toMatchObject({
      isActive: false,
      rolledBackBy: 'ann',
      rolledBackWhy: 'too quiet',
      rolledBackAt: expect.any(Date),
    });
    expect(await rollBackCalibration(sql, { who: 'ann', why: 'again' })).toEqual([]);
  });
});

describe('chooseCalibration', () => {
  it('puts an earlier version in force, also one that was rolled back', async () => {
    const version = await add('2026-03-01');
    await rollBackCalibration(sql, { who: 'ann', why: 'too quiet' });
    expect(await chooseCalibration(sql, version)).toEqual([{ version }]);
    expect(await active()).toEqual([version]);
    expect(await chooseCalibration(sql, version + 1)).toEqual([]);
  });
});
