import { neonConfig } from '@neondatabase/serverless';
import { beforeAll, describe, expect, it } from 'vitest';
import { teamDatabase } from '../../lib/store/team-database.js';
import { readSchema } from '../../lib/store/team-schema.js';
import { emptyDatabase } from '../support/database.js';
import { asSuperuser, connectAs, makeRole } from '../support/sessions.js';

const database = await emptyDatabase();
const team = teamDatabase(database.url, 'SHOP_DATABASE_URL');

beforeAll(async () => {
  const admin = await asSuperuser(
    database,
    `create table orders (
      id int generated always as identity primary key,
      total numeric(10, 2) not null,
      note varchar(20),
      made_at timestamptz not null default now(),
      doubled numeric generated always as (total * 2) stored,
      dropped int
    )`,
  );
  await admin.query('alter table orders drop column dropped');
  await admin.query('create schema billing create table bills (id int)');
  await admin.query('create view dear as select id, total from orders where total > 100');
  await admin.query('create table parts (id int, day date) partition by range (day)');
  await admin.query(
    `create table parts_1 partition of parts for values from ('2026-01-01') to ('2026-02-01')`,
  );
  await admin.query('create table parted (id int)');
  await admin.query('create schema chunks create table chunk_1 () inherits (public.parted)');
  await admin.query(`create type mood as enum ('good', 'bad')`);
  await admin.query('create table people (feels mood)');
  await admin.query('create temporary table passing (id int)');
  await admin.end();
});

const shape = async () =>
  (await readSchema(team, null)).map(({ table, column, type, notNull, hasDefault }) =>
    [
      table,
      column,
      type,
      ...(notNull ? ['not null'] : []),
      ...(hasDefault ? ['default'] : []),
    ].join(' '),
  );

const OWN = [
  'billing.bills id integer',
  'public.dear id integer',
  'public.dear total numeric(10,2)',
  'public.orders doubled numeric (computed) default',
  'public.orders id integer not null default',
  'public.orders made_at timestamp with time zone not null default',
  'public.orders note character varying(20)',
  'public.orders total numeric(10,2) not null',
  'public.parted id integer',
  'public.parts day date',
  'public.parts id integer',
  'public.people feels public.mood',
];

describe('readSchema', () => {
  it('reads the columns of all tables and views of its own, and of nothing else', async () => {
    expect(await shape()).toEqual(OWN);
  });

  it('reads them by a role that may read no table', async () => {
    const role = await makeRole(database);
    const http = await connectAs(database, role);
    try {
      expect(await shape()).toEqual(OWN);
    } finally {
      await http.close();
      neonConfig.fetchEndpoint = database.fetchEndpoint;
    }
  });

  it('is refused where the connection leads to another database', async () => {
    await expect(readSchema(team, 'postgres')).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('SHOP_DATABASE_URL leads to another database'),
    });
  });

  it('reads all of a database or nothing: half of it would call the rest gone', async () => {
    const wide = await emptyDatabase();
    const names = Array.from({ length: 1000 }, (_, i) => `c${i} int`).join(', ');
    const admin = await asSuperuser(wide, `create table t0 (${names})`);
    for (let i = 1; i < 5; i += 1) await admin.query(`create table t${i} (${names})`);
    const other = teamDatabase(wide.url, 'SHOP_DATABASE_URL');
    expect(await readSchema(other, null)).toHaveLength(5000);
    await admin.query('create table one_more (id int)');
    await admin.end();
    await expect(readSchema(other, null)).rejects.toMatchObject({ code: 'refused' });
  });
});
