import { NeonDbError, neon, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNeonHttp } from '../../lib/local/neon-http.js';
import { emptyDatabase } from '../support/database.js';

const database = await emptyDatabase();
const { sql } = database;

beforeAll(async () => {
  await sql`create type mood as enum ('well', 'ill')`;
  await sql`
    create table things (
      id int primary key,
      name text not null,
      amount int constraint things_amount_positive check (amount > 0)
    )`;
  await sql`create unique index things_name on things (name)`;
});

const failure = async (work: Promise<unknown>): Promise<NeonDbError> => {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(NeonDbError);
  return error as NeonDbError;
};

describe('values through the unmodified driver', () => {
  it.each([
    { type: 'bool', value: true, back: true },
    { type: 'bool', value: false, back: false },
    { type: 'int2', value: -32_768, back: -32_768 },
    { type: 'int4', value: 2_147_483_647, back: 2_147_483_647 },
    { type: 'int8', value: '9223372036854775807', back: '9223372036854775807' },
    { type: 'int8', value: 9_007_199_254_740_993n, back: '9007199254740993' },
    { type: 'oid', value: 42, back: 42 },
    { type: 'float4', value: 0.5, back: 0.5 },
    { type: 'float8', value: 0.1, back: 0.1 },
    { type: 'float8', value: Number.POSITIVE_INFINITY, back: Number.POSITIVE_INFINITY },
    { type: 'float8', value: Number.NaN, back: Number.NaN },
    { type: 'numeric', value: '12345678901234567890.123', back: '12345678901234567890.123' },
    { type: 'text', value: '', back: '' },
    { type: 'text', value: 'häh? \'"\\\n€🙂', back: 'häh? \'"\\\n€🙂' },
    { type: 'varchar(3)', value: 'abc', back: 'abc' },
    { type: 'char(3)', value: 'a', back: 'a  ' },
    {
      type: 'uuid',
      value: '0191f4e0-0000-7000-8000-000000000000',
      back: '0191f4e0-0000-7000-8000-000000000000',
    },
    { type: 'inet', value: '10.0.0.1', back: '10.0.0.1' },
    { type: 'mood', value: 'ill', back: 'ill' },
    {
      type: 'timestamptz',
      value: new Date('2026-03-29T01:30:00.123Z'),
      back: new Date('2026-03-29T01:30:00.123Z'),
    },
    {
      type: 'timestamptz',
      value: '2026-01-01 00:00:00+05:30',
      back: new Date('2025-12-31T18:30:00Z'),
    },
    { type: 'timestamp', value: '2026-01-02 03:04:05', back: new Date(2026, 0, 2, 3, 4, 5) },
    { type: 'date', value: '2026-01-02', back: new Date(2026, 0, 2) },
    { type: 'time', value: '03:04:05', back: '03:04:05' },
    { type: 'bytea', value: Buffer.from([0, 1, 255]), back: Buffer.from([0, 1, 255]) },
    { type: 'bytea', value: new Uint8Array([9, 8]), back: Buffer.from([9, 8]) },
    { type: 'json', value: { a: [1, null, 'x'] }, back: { a: [1, null, 'x'] } },
    { type: 'jsonb', value: { a: { b: 'ü' } }, back: { a: { b: 'ü' } } },
    { type: 'jsonb', value: JSON.stringify([1, 2]), back: [1, 2] },
    { type: 'point', value: '(1,2)', back: { x: 1, y: 2 } },
    { type: 'circle', value: '<(1,2),3>', back: { x: 1, y: 2, radius: 3 } },
    { type: 'int4range', value: '[1,3)', back: '[1,3)' },
    { type: 'money', value: '1.50', back: '$1.50' },
    { type: 'text', value: null, back: null },
    { type: 'text', value: undefined, back: null },
    { type: 'int4', value: { toPostgres: () => '7' }, back: 7 },
    { type: 'bool[]', value: [true, null], back: [true, null] },
    { type: 'int2[]', value: [1, 2], back: [1, 2] },
    {
      type: 'int4[]',
      value: [
        [1, 2],
        [3, 4],
      ],
      back: [
        [1, 2],
        [3, 4],
      ],
    },
    { type: 'int8[]', value: ['1', '2'], back: ['1', '2'] },
    { type: 'float8[]', value: [1.5, null], back: [1.5, null] },
    { type: 'numeric[]', value: [], back: [] },
    {
      type: 'text[]',
      value: ['a"b', 'c,d', '{e}', 'null', '', null, '\\'],
      back: ['a"b', 'c,d', '{e}', 'null', '', null, '\\'],
    },
    { type: 'varchar[]', value: ['x'], back: ['x'] },
    {
      type: 'uuid[]',
      value: ['0191f4e0-0000-7000-8000-000000000000'],
      back: ['0191f4e0-0000-7000-8000-000000000000'],
    },
    { type: 'jsonb[]', value: ['{"a":1}'], back: [{ a: 1 }] },
    { type: 'timestamptz[]', value: [new Date(0)], back: [new Date(0)] },
    { type: 'bytea[]', value: [Buffer.from([1])], back: [Buffer.from([1])] },
    { type: 'date[]', value: ['2026-01-02'], back: [new Date(2026, 0, 2)] },
    { type: 'mood[]', value: ['ill', 'well'], back: '{ill,well}' },
  ])('carry $value as $type', async ({ type, value, back }) => {
    const rows = await sql`select ${value}::${sql.unsafe(type)} as v`;
    expect(rows).toEqual([{ v: back }]);
  });

  it('carry intervals with their parts', async () => {
    const rows = await sql`select '1 day 02:03:04.5'::interval as v, '{1 mon}'::interval[] as list`;
    expect(rows[0]?.['v']).toMatchObject({
      days: 1,
      hours: 2,
      minutes: 3,
      seconds: 4,
      milliseconds: 500,
    });
    expect(rows[0]?.['list']).toMatchObject([{ months: 1 }]);
  });

  it('carry a thousand rows in one statement', async () => {
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    const rows = await sql`select n from unnest(${numbers}::int[]) as n order by n`;
    expect(rows.map((row) => row['n'])).toEqual(numbers);
  });

  it('refuse an array for jsonb as Neon does, because the driver writes it in braces', async () => {
    const error = await failure(sql`select ${[1, 2]}::jsonb`);
    expect(error.code).toBe('22P02');
  });
});

describe('results', () => {
  it('hold the command, the count and the columns when all of them are asked for', async () => {
    await sql`insert into things values (1, 'one', 1)`;
    const result = await sql.query('select id, name from things', [], { fullResults: true });
    expect(result).toMatchObject({
      command: 'SELECT',
      rowCount: 1,
      rows: [{ id: 1, name: 'one' }],
      fields: [
        { name: 'id', dataTypeID: 23, dataTypeSize: 4, columnID: 1, format: 'text' },
        { name: 'name', dataTypeID: 25, dataTypeSize: -1, columnID: 2 },
      ],
    });
    expect(result.fields[0]?.tableID).toBeGreaterThan(0);
  });

  it.each([
    {
      statement: "insert into things values (2, 'two', 2), (3, 'three', 3)",
      command: 'INSERT',
      rowCount: 2,
    },
    {
      statement: 'update things set amount = 9 where id in (2, 3)',
      command: 'UPDATE',
      rowCount: 2,
    },
    { statement: 'delete from things where id in (2, 3)', command: 'DELETE', rowCount: 2 },
    { statement: 'create table other ()', command: 'CREATE', rowCount: null },
    { statement: '', command: '', rowCount: null },
  ])('count the rows of "$statement"', async ({ statement, command, rowCount }) => {
    const result = await sql.query(statement, [], { fullResults: true });
    expect(result).toMatchObject({ command, rowCount, rows: [] });
  });

  it('come as arrays on demand, so that columns of one name do not hide each other', async () => {
    const rows = await sql.query('select 1 as a, 2 as a, $1::date as b', [null], {
      arrayMode: true,
    });
    expect(rows).toEqual([[1, 2, null]]);
  });

  it('come as objects from an endpoint that is not asked for arrays', async () => {
    const response = await fetch(database.fetchEndpoint, {
      method: 'POST',
      headers: { 'neon-connection-string': database.url, 'neon-raw-text-output': 'true' },
      body: JSON.stringify({ query: 'select $1::int as a, true as b', params: [5] }),
    });
    expect(await response.json()).toMatchObject({ rowAsArray: false, rows: [{ a: '5', b: 't' }] });
  });
});

describe('transactions', () => {
  it.each([
    { isolationLevel: 'ReadUncommitted', text: 'read uncommitted' },
    { isolationLevel: 'ReadCommitted', text: 'read committed' },
    { isolationLevel: 'RepeatableRead', text: 'repeatable read' },
    { isolationLevel: 'Serializable', text: 'serializable' },
    { isolationLevel: undefined, text: 'read committed' },
  ] as const)('run at $text', async ({ isolationLevel, text }) => {
    const options = isolationLevel === undefined ? {} : { isolationLevel };
    const [rows] = await sql.transaction([sql`show transaction_isolation`], options);
    expect(rows).toEqual([{ transaction_isolation: text }]);
  });

  it('are read-only and deferrable on demand', async () => {
    const [readOnly, deferrable] = await sql.transaction(
      [sql`show transaction_read_only`, sql`show transaction_deferrable`],
      { isolationLevel: 'Serializable', readOnly: true, deferrable: true },
    );
    expect([readOnly, deferrable]).toEqual([
      [{ transaction_read_only: 'on' }],
      [{ transaction_deferrable: 'on' }],
    ]);
  });

  it('refuse to write when they are read-only', async () => {
    const error = await failure(sql.transaction([sql`delete from things`], { readOnly: true }));
    expect(error.code).toBe('25006');
  });

  it('take back everything when one statement fails', async () => {
    const error = await failure(
      sql.transaction([
        sql`insert into things values (20, 'twenty', 1)`,
        sql`insert into things values (21, 'twenty', 1)`,
      ]),
    );
    expect(error).toMatchObject({ code: '23505', constraint: 'things_name' });
    expect(await sql`select from things where id in (20, 21)`).toEqual([]);
  });

  it('report what only the commit finds out', async () => {
    await sql`create table late (id int unique deferrable initially deferred)`;
    const error = await failure(
      sql.transaction([sql`insert into late values (1)`, sql`insert into late values (1)`]),
    );
    expect(error.code).toBe('23505');
    expect(await sql`select from late`).toEqual([]);
  });

  it('hold nothing but keep the form when they are empty', async () => {
    expect(await sql.transaction([])).toEqual([]);
  });

  it('have sessions of their own, so that one skips what another has locked', async () => {
    await sql`create table jobs (n int primary key)`;
    await sql`insert into jobs values (1), (2)`;
    const other = new pg.Client(database.pg);
    await other.connect();
    await other.query('begin');
    await other.query('select from jobs where n = 1 for update');
    const [taken] = await sql.transaction([
      sql`select n from jobs order by n for update skip locked limit 1`,
    ]);
    await other.query('rollback');
    await other.end();
    expect(taken).toEqual([{ n: 2 }]);
  });

  it('mix with single statements, fifty at once', async () => {
    await sql`create table counters (id int primary key, n int not null)`;
    await sql`insert into counters values (1, 0)`;
    const one = (i: number): Promise<unknown> =>
      i % 2 === 0
        ? sql`update counters set n = n + 1`.then()
        : sql.transaction([
            sql`update counters set n = n + 1`,
            sql`select n from counters where id = ${1}::int`,
          ]);
    await Promise.all(Array.from({ length: 50 }, (_, i) => one(i)));
    expect(await sql`select n from counters`).toEqual([{ n: 50 }]);
  });
});

describe('failures', () => {
  it('name the constraint, the table and the schema', async () => {
    const error = await failure(sql`insert into things values (30, 'thirty', ${-1}::int)`);
    expect(error).toMatchObject({
      message: expect.stringContaining('things_amount_positive'),
      severity: 'ERROR',
      code: '23514',
      constraint: 'things_amount_positive',
      table: 'things',
      schema: 'public',
      detail: expect.stringContaining('-1'),
      routine: expect.any(String),
      file: expect.any(String),
      line: expect.any(String),
    });
  });

  it.each([
    { statement: 'select nothing_such', code: '42703', member: 'position' },
    { statement: 'select from no_such_table', code: '42P01', member: 'position' },
    { statement: 'insert into things values (31, null, 1)', code: '23502', member: 'column' },
    { statement: 'select 1/0', code: '22012', member: 'message' },
    { statement: 'selec', code: '42601', member: 'position' },
    { statement: 'select lower()', code: '42883', member: 'hint' },
    {
      statement: "do $$ begin raise 'own' using errcode = 'F0001'; end $$",
      code: 'F0001',
      member: 'where',
    },
  ] as const)('have code $code and a $member', async ({ statement, code, member }) => {
    const error = await failure(sql.query(statement));
    expect(error.code).toBe(code);
    expect(error[member]).toEqual(expect.any(String));
  });

  it.each([
    { name: 'without parameters', params: [] },
    { name: 'with parameters', params: [1] },
  ])('meet two statements in one query $name', async ({ params }) => {
    const first = params.length === 0 ? 'select 1' : 'select $1::int';
    const error = await failure(sql.query(`${first}; drop table things`, params));
    expect(error.code).toBe('42601');
    expect(await sql`select to_regclass('things') is not null as there`).toEqual([{ there: true }]);
  });

  it('meet a wait that is too long for its statement', async () => {
    const error = await failure(
      sql.transaction([
        sql`select set_config('statement_timeout', '50ms', true)`,
        sql`select pg_sleep(20)`,
      ]),
    );
    expect(error.code).toBe('57014');
  });

  it('have a code when the database does not exist', async () => {
    const error = await failure(neon('postgresql://a:b@localhost/no_such_database')`select 1`);
    expect(error.code).toBe('3D000');
  });
});

describe('state', () => {
  it.each([
    {
      left: "set statement_timeout = '1234ms'",
      read: 'show statement_timeout',
      back: { statement_timeout: '0' },
    },
    {
      left: 'create temporary table brief ()',
      read: "select to_regclass('brief') as t",
      back: { t: null },
    },
    {
      left: 'select pg_advisory_lock(7)',
      read: "select count(*)::int as n from pg_locks where locktype = 'advisory'",
      back: { n: 0 },
    },
    { left: 'begin', read: 'select pg_current_xact_id_if_assigned() as x', back: { x: null } },
    {
      left: 'listen somewhere',
      read: 'select count(*)::int as n from pg_listening_channels()',
      back: { n: 0 },
    },
  ])('of "$left" does not outlive its request', async ({ left, read, back }) => {
    await sql.query(left);
    expect(await sql.query(read)).toEqual([back]);
  });

  it('begins in UTC', async () => {
    expect(await sql`show timezone`).toEqual([{ TimeZone: 'UTC' }]);
  });
});

const post = (headers: Record<string, string>, body: string, path = '/sql', method = 'POST') =>
  fetch(new URL(path, database.fetchEndpoint), {
    method,
    headers,
    ...(method === 'POST' ? { body } : {}),
  });

describe('requests', () => {
  const good = { 'neon-connection-string': database.url, 'neon-raw-text-output': 'true' };
  const query = JSON.stringify({ query: 'select 1' });
  it.each([
    {
      name: 'without a connection string',
      headers: { 'neon-raw-text-output': 'true' },
      body: query,
    },
    {
      name: 'of another protocol',
      headers: { ...good, 'neon-connection-string': 'mysql://a:b@c/d' },
      body: query,
    },
    {
      name: 'without a user',
      headers: { ...good, 'neon-connection-string': 'postgres://c/d' },
      body: query,
    },
    {
      name: 'without a password',
      headers: { ...good, 'neon-connection-string': 'postgres://a@c/d' },
      body: query,
    },
    {
      name: 'for other than raw text',
      headers: { 'neon-connection-string': database.url },
      body: query,
    },
    { name: 'that are not JSON', headers: good, body: '{' },
    { name: 'without a query', headers: good, body: '{}' },
    {
      name: 'with an object as parameter',
      headers: good,
      body: JSON.stringify({ query: 'select $1', params: [{}] }),
    },
    {
      name: 'with an unknown isolation level',
      headers: { ...good, 'neon-batch-isolation-level': 'Chaos' },
      body: JSON.stringify({ queries: [] }),
    },
  ])('$name are refused', async ({ headers, body }) => {
    const response = await post(headers, body);
    const { message } = (await response.json()) as { message: string };
    expect(response.status).toBe(400);
    expect(message).not.toContain('postgres://a');
  });

  it.each([
    { method: 'GET', path: '/sql', status: 405 },
    { method: 'POST', path: '/other', status: 404 },
  ])('$method $path answers $status', async ({ method, path, status }) => {
    expect((await post(good, query, path, method)).status).toBe(status);
  });

  it('and answers have a limit: 413 for the one, 507 without a code for the other', async () => {
    const small = await startNeonHttp({ server: database.pg, maxBytes: 10_000 });
    const on = (n: number): Promise<Response> =>
      fetch(small.fetchEndpoint, {
        method: 'POST',
        headers: good,
        body: JSON.stringify({ query: `select repeat('x', ${n})` }).padEnd(n),
      });
    const answers = await Promise.all([on(10_000), on(10_001), on(3_000_000), on(1000)]);
    expect(answers.map((response) => response.status)).toEqual([507, 413, 413, 200]);
    await small.close();
  });
});

describe('startNeonHttp', () => {
  afterAll(() => {
    neonConfig.fetchEndpoint = database.fetchEndpoint;
  });

  it('can be closed and started again on its port, and is unreachable between', async () => {
    const first = await startNeonHttp({ server: database.pg });
    neonConfig.fetchEndpoint = first.fetchEndpoint;
    expect(await sql`select 1 as n`).toEqual([{ n: 1 }]);
    await first.close();
    const error = await failure(sql`select 1 as n`);
    expect(error.code).toBeUndefined();
    expect(error.sourceError).toBeDefined();
    const second = await startNeonHttp({ server: database.pg, port: first.port });
    expect(await sql`select 1 as n`).toEqual([{ n: 1 }]);
    await second.close();
  });

  it('says in one line that a port is taken', async () => {
    const first = await startNeonHttp({ server: database.pg });
    await expect(startNeonHttp({ server: database.pg, port: first.port })).rejects.toMatchObject({
      code: 'misconfigured',
      message: `port ${first.port} is in use`,
    });
    await first.close();
  });

  it('asks for its password when it has one', async () => {
    const http = await startNeonHttp({ server: database.pg, password: 'right' });
    neonConfig.fetchEndpoint = http.fetchEndpoint;
    const name = database.pg.database;
    const error = await failure(neon(`postgres://a:wrong@localhost/${name}`)`select 1 as n`);
    expect(error.code).toBe('28P01');
    expect(await neon(`postgres://a:right@localhost/${name}`)`select 1 as n`).toEqual([{ n: 1 }]);
    await http.close();
  });

  it('has no code to give when Postgres itself is away', async () => {
    const http = await startNeonHttp({ server: { ...database.pg, port: 1 } });
    neonConfig.fetchEndpoint = http.fetchEndpoint;
    const error = await failure(sql`select 1`);
    expect(error.code).toBeUndefined();
    expect(error.message).toContain('500');
    await http.close();
  });

  it('replaces sessions that Postgres has ended', async () => {
    neonConfig.fetchEndpoint = database.fetchEndpoint;
    const error = await failure(sql`select pg_terminate_backend(pg_backend_pid())`);
    expect(error.code).toBe('57P01');
    expect(await sql`select 1 as n`).toEqual([{ n: 1 }]);
  });

  it('lets a database be dropped once it is idle', async () => {
    const other = await emptyDatabase();
    expect(await other.sql`select 1 as n`).toEqual([{ n: 1 }]);
    await expect
      .poll(
        async () =>
          (await sql`select from pg_stat_activity where datname = ${other.pg.database}::text`)
            .length,
        { timeout: 15_000 },
      )
      .toBe(0);
    await sql.query(`drop database ${other.pg.database}`);
  });
});
