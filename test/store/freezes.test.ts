import { beforeEach, describe, expect, it } from 'vitest';
import { readDecisionFacts } from '../../lib/store/decision-facts.js';
import { addFreeze, liftFreeze, listFreezes, type NewFreeze } from '../../lib/store/freezes.js';
import { addComponent, presentVersion, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

const HOUR_MS = 3_600_000;
const inHours = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);

function freeze(changes: Partial<NewFreeze> = {}): NewFreeze {
  return {
    id: crypto.randomUUID(),
    component: null,
    why: 'a fair',
    startsAt: inHours(-1),
    endsAt: inHours(1),
    who: 'ann',
    ...changes,
  };
}

const raised = (version: string): string => String(Number(version) + 1);

beforeEach(async () => {
  await sql`delete from freezes`;
});

describe('addFreeze', () => {
  it('freezes all components, or one, and raises the decision version', async () => {
    const { name } = await addComponent(sql);
    const version = await presentVersion(sql);
    const all = freeze({ startsAt: inHours(-2) });
    const one = freeze({ component: name });
    expect(await addFreeze(sql, all)).toEqual([{ id: all.id }]);
    expect(await presentVersion(sql)).toBe(raised(version));
    expect(await addFreeze(sql, one)).toEqual([{ id: one.id }]);
    const { startsAt, endsAt } = all;
    expect(await listFreezes(sql)).toEqual([
      { id: all.id, component: null, why: 'a fair', startsAt, endsAt, createdBy: 'ann' },
      expect.objectContaining({ id: one.id, component: name }),
    ]);
  });

  it('answers nothing for a component that there is not, or that was removed', async () => {
    const { name } = await addComponent(sql);
    await sql`update components set removed_at = now() where name = ${name}::text`;
    expect(await addFreeze(sql, freeze({ component: 'nobody' }))).toEqual([]);
    expect(await addFreeze(sql, freeze({ component: name }))).toEqual([]);
    expect(await listFreezes(sql)).toEqual([]);
  });

  it('refuses one that ends before it begins', async () => {
    const wrong = freeze({ startsAt: inHours(2), endsAt: inHours(1) });
    await expect(Promise.resolve(addFreeze(sql, wrong))).rejects.toThrow();
  });
});

describe('liftFreeze', () => {
  it('ends a freeze once for ten who lift it', async () => {
    const { id } = freeze();
    await addFreeze(sql, freeze({ id }));
    const lifted = await race(
      database,
      `select 1 from freezes where id = '${id}' for update`,
      times(10, () => liftFreeze(sql, id)),
    );
    expect(lifted.flat()).toEqual([{ id }]);
    expect(await listFreezes(sql)).toEqual([]);
  });

  it('raises the decision version', async () => {
    const { id } = freeze();
    await addFreeze(sql, freeze({ id }));
    const version = await presentVersion(sql);
    await liftFreeze(sql, id);
    expect(await presentVersion(sql)).toBe(raised(version));
  });

  it('answers nothing for one that there is not', async () => {
    expect(await liftFreeze(sql, crypto.randomUUID())).toEqual([]);
  });
});

describe('listFreezes', () => {
  it.each([
    { what: 'in force', from: -1, to: 1, listed: true, decided: true },
    { what: 'to come', from: 1, to: 2, listed: true, decided: false },
    { what: 'over', from: -2, to: -1, listed: false, decided: false },
  ])('and the facts of decisions know one that is $what: $listed, $decided', async (row) => {
    await addFreeze(sql, freeze({ startsAt: inHours(row.from), endsAt: inHours(row.to) }));
    expect(await listFreezes(sql)).toHaveLength(row.listed ? 1 : 0);
    const facts = await readDecisionFacts(sql, null);
    expect(facts?.freezes).toHaveLength(row.decided ? 1 : 0);
  });
});
