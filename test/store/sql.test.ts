import { NeonDbError, neon } from '@neondatabase/serverless';
import { describe, expect, it } from 'vitest';
import { sqlState, wrapSql } from '../../lib/store/sql.js';
import { emptyDatabase } from '../support/database.js';

const database = await emptyDatabase();
const driver = neon(database.url);

const never = async (): Promise<boolean> => false;
const sql = wrapSql(driver, never);

/** What a failure was, as an application error's code or an SQLSTATE. */
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

describe('wrapSql', () => {
  it('sends one statement with its values, never as text', async () => {
    const hostile = `'; drop table nothing; --`;
    expect(await sql`select ${hostile}::text as text`).toEqual([{ text: hostile }]);
  });

  it('sends a statement when it is awaited, and once in a transaction', async () => {
    await sql`create table counted (n int)`;
    const insert = sql`insert into counted (n) values (1)`;
    expect(await sql`select n from counted`).toEqual([]);
    await sql.transaction([insert]);
    expect(await sql`select n from counted`).toHaveLength(1);
  });

  it('lets all statements of a transaction take effect, or none', async () => {
    await sql`create table all_or_none (n int)`;
    const insert = (n: number) => sql`insert into all_or_none (n) values (${n}::int)`;
    const [, rows] = await sql.transaction([insert(1), sql`select n from all_or_none`]);
    expect(rows).toEqual([{ n: 1 }]);
    const broken = sql.transaction([insert(2), sql`select 1 / 0`]);
    expect(await broken.catch(codeOf)).toBe('22012');
    expect(await sql`select n from all_or_none`).toEqual([{ n: 1 }]);
  });

  it('lets what is no outage pass as the driver’s own error', async () => {
    await expect(Promise.resolve(sql`select 1 / 0`)).rejects.toThrow(NeonDbError);
  });

  it.each(['08006', '40001', '40P01', '53300', '57P01', '57014'])(
    'calls %s unavailable: another try may help',
    async (code) => {
      await sql`
        create or replace function refuse(code text) returns void language plpgsql
        as $$ begin raise exception 'refused' using errcode = code; end $$`;
      const refused = Promise.resolve(sql`select refuse(${code}::text)`);
      await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
      await expect(sql.transaction([sql`select refuse(${code}::text)`])).rejects.toMatchObject({
        code: 'unavailable',
      });
    },
  );

  it('calls a database that does not answer unavailable', async () => {
    const nowhere = neon(database.url, { fetchOptions: { signal: AbortSignal.abort() } });
    const lost = Promise.resolve(wrapSql(nowhere, never)`select 1`);
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('repeats a request once when the cause was mended', async () => {
    const asked: string[] = [];
    const mending = wrapSql(driver, async (code) => {
      asked.push(code);
      await driver`create table mended (n int)`;
      return true;
    });
    expect(await mending`select n from mended`).toEqual([]);
    expect(asked).toEqual(['42P01']);
  });

  it('repeats a transaction, too', async () => {
    const mending = wrapSql(driver, async () => {
      await driver`create table mended_twice (n int)`;
      return true;
    });
    const insert = mending`insert into mended_twice (n) values (1)`;
    await mending.transaction([insert, mending`select 1`]);
    expect(await sql`select n from mended_twice`).toEqual([{ n: 1 }]);
  });

  it('asks once: what still fails then fails', async () => {
    let asked = 0;
    const mending = wrapSql(driver, async () => {
      asked += 1;
      return true;
    });
    const missing = Promise.resolve(mending`select n from never_made`);
    expect(await missing.catch(sqlState)).toBe('42P01');
    expect(asked).toBe(1);
  });
});

describe('sqlState', () => {
  it('is the code of the database’s own errors alone', async () => {
    const refused = Promise.resolve(driver`select 1 / 0`);
    expect(await refused.catch(sqlState)).toBe('22012');
    expect(sqlState(new Error('22012'))).toBeNull();
    expect(sqlState(new NeonDbError('the network is away'))).toBeNull();
    expect(sqlState(null)).toBeNull();
  });
});
