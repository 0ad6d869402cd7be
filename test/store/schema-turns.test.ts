import { describe, expect, it } from 'vitest';
import { beginSchemaLook, takeSchemaTurn } from '../../lib/store/schema-turns.js';
import { addComponent, storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

describe('beginSchemaLook', () => {
  it('answers the instant by the database’s clock', async () => {
    const [row] = await sql`select now() as now`;
    const begun = await beginSchemaLook(sql);
    expect(begun.getTime()).toBeGreaterThanOrEqual(new Date(String(row?.['now'])).getTime());
  });
});

describe('takeSchemaTurn', () => {
  const HOUR_S = 3600;

  async function looked(): Promise<number> {
    const { id } = await addComponent(sql);
    await sql`insert into known_state_looks (component_id, looked_at) values (${id}::int, now())`;
    return id;
  }

  /** Let time pass, until the component is looked at once more. */
  const pass = (id: number, minutes: number) =>
    sql.transaction([
      sql`
        update known_state_looks
        set
          schema_looked_at = schema_looked_at - make_interval(mins => ${minutes}::int),
          looked_at = now()
        where component_id = ${id}::int`,
      sql`
        update known_states
        set first_seen = first_seen - make_interval(mins => ${minutes}::int)
        where component_id = ${id}::int`,
    ]);

  /** Let a look have found a state that was not known. */
  const see = (id: number) => sql`
    insert into known_states (
      component_id, target, deployment_id, version, live_from, first_seen, last_seen, healthy)
    select component_id, 'render srv-1', 'dep-1', 'v1', seen.at, seen.at, seen.at, true
    from known_state_looks, date_trunc('milliseconds', looked_at) as seen (at)
    where component_id = ${id}::int`;

  it('comes again after its time', async () => {
    const id = await looked();
    expect(await takeSchemaTurn(sql, id, HOUR_S)).toMatchObject({ isFirst: false });
    expect(await takeSchemaTurn(sql, id, HOUR_S)).toBeNull();
    await pass(id, 59);
    expect(await takeSchemaTurn(sql, id, HOUR_S)).toBeNull();
    await pass(id, 1);
    expect(await takeSchemaTurn(sql, id, HOUR_S)).toMatchObject({ isFirst: false });
  });

  it('comes in the look after one that has found another state, and once', async () => {
    const id = await looked();
    await takeSchemaTurn(sql, id, HOUR_S);
    await see(id);
    expect(await takeSchemaTurn(sql, id, HOUR_S)).toBeNull();
    await pass(id, 5);
    expect(await takeSchemaTurn(sql, id, HOUR_S)).toMatchObject({ isFirst: true });
    await pass(id, 5);
    expect(await takeSchemaTurn(sql, id, HOUR_S)).toBeNull();
  });

  it('is nobody’s before the component was looked at', async () => {
    const { id } = await addComponent(sql);
    expect(await takeSchemaTurn(sql, id, HOUR_S)).toBeNull();
  });

  it('is that of one of ten who ask at once', async () => {
    const id = await looked();
    const turns = await race(
      database,
      'lock table known_state_looks in share row exclusive mode',
      times(10, () => takeSchemaTurn(sql, id, HOUR_S)),
    );
    expect(turns.filter((turn) => turn !== null)).toHaveLength(1);
  });
});
