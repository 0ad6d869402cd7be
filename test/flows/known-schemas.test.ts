import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../lib/app.js';
import type { Schema } from '../../lib/domain/decide/schema-changes.js';
import { knownSchemas, sealSchema } from '../../lib/flows/known-schemas.js';
import { keepSchema } from '../../lib/store/database-schemas.js';
import { addComponent } from '../support/flow-parts.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';
import { everything } from '../support/rollback-flow.js';

const PLACE = 'neon shop';

let flows: FlowStack;
let names = 0;
let componentId = 0;

beforeAll(async () => {
  flows = await startFlowStack();
});

afterAll(() => flows.close());

beforeEach(async () => {
  names += 1;
  componentId = await addComponent(flows.stack, `sealed-${names}`);
});

const column = (name: string, table = 'john_smith.bills') => {
  return { table, column: name, type: 'text', notNull: true, hasDefault: false };
};

const BILLS: Schema = [column('iban'), column('total'), column('id', 'public.orders')];

const keep = (app: App, seconds: number, schema: Schema) =>
  keepSchema(app.sql, {
    ...{ componentId, place: PLACE, ...sealSchema(app, componentId, schema) },
    seenAt: new Date(Date.UTC(2026, 2, 1, 0, 0, seconds)),
  });

const known = async (app: App = flows.app, id = componentId) =>
  (await knownSchemas(app, id, PLACE)).map(({ schema }) => schema);

/** The same Forestall after its secret was changed. */
const withAnother = (isOldKept: boolean): App => {
  const { secrets } = flows.app;
  const current = { ...secrets.current, id: '0'.repeat(16) };
  return { ...flows.app, secrets: { current, old: isOldKept ? [secrets.current] : [] } };
};

describe('a shape in the ledger', () => {
  it('is what was seen, and no table of the store says it in plain', async () => {
    await keep(flows.app, 0, BILLS);
    expect(await known()).toEqual([expect.arrayContaining([...BILLS])]);
    expect(await everything(flows.app)).not.toMatch(/john_smith|iban/);
  });

  it('is the same in whatever order its columns come', async () => {
    await keep(flows.app, 0, BILLS);
    await keep(flows.app, 1, BILLS.toReversed());
    expect(await known()).toHaveLength(1);
  });

  it.each<[string, Schema]>([
    ['no columns', []],
    ['one more', [...BILLS, column('more')]],
    ['a column that may be null', [...BILLS.slice(1), { ...column('iban'), notNull: false }]],
    ['a column with a default', [...BILLS.slice(1), { ...column('iban'), hasDefault: true }]],
    ['a column of another type', [...BILLS.slice(1), { ...column('iban'), type: 'bigint' }]],
    ['a table of another name', [column('iban'), column('total'), column('id', 'public.order')]],
  ])('is another one with %s', async (_, schema) => {
    await keep(flows.app, 0, BILLS);
    await keep(flows.app, 1, schema);
    expect(await known()).toEqual([
      expect.arrayContaining([...schema]),
      expect.arrayContaining([...BILLS]),
    ]);
  });

  it('holds thousands of columns', async () => {
    const wide = Array.from({ length: 5000 }, (_, i) => column(`column_${i}`));
    await keep(flows.app, 0, wide);
    expect((await known())[0]).toHaveLength(5000);
    const [row] = await flows.app.sql`
      select length(sealed) as length from database_schemas where component_id = ${componentId}::int`;
    expect(row?.['length']).toBeLessThan(60_000);
  });

  it('opens after the secret was changed, as long as the old one is known', async () => {
    await keep(flows.app, 0, BILLS);
    expect(await known(withAnother(true))).toHaveLength(1);
    expect(await known(withAnother(false))).toEqual([]);
  });

  it('says nothing of today where a newer one cannot be opened', async () => {
    await keep(withAnother(false), 0, BILLS);
    await keep(flows.app, 1, [...BILLS, column('more')]);
    expect(await known()).toHaveLength(1);
    await keep(withAnother(false), 2, BILLS);
    expect(await known()).toEqual([]);
  });

  it('opens for no other component', async () => {
    await keep(flows.app, 0, BILLS);
    const other = await addComponent(flows.stack, `sealed-${names}-other`);
    await flows.app.sql`
      update database_schemas set component_id = ${other}::int
      where component_id = ${componentId}::int`;
    expect(await known(flows.app, other)).toEqual([]);
  });
});
