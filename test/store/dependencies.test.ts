import { expect, it } from 'vitest';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { readDependencies } from '../../lib/store/dependencies.js';
import { addComponent, storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

it('reads what there is depends on, and nothing of what was removed', async () => {
  await addComponent(sql, 'database');
  const gone = await addComponent(sql, 'gone');
  const shop = await addComponent(sql, 'shop');
  await sql`update components set depends_on = '{database}' where id in (${shop.id}::int, ${gone.id}::int)`;
  await sql`update components set removed_at = now() where id = ${gone.id}::int`;
  expect(await readDependencies(sql)).toEqual(new Map([['shop', ['database']]]));
  expect((await readDecisionFacts(sql, null))?.dependencies).toEqual([
    { name: 'shop', on: ['database'] },
  ]);
});
