import { describe, expect, it } from 'vitest';
import { recordRollback } from '../../lib/store/rollback-history.js';
import { recovery } from '../domain/decide/build.js';
import { storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

const rollback = () => ({
  ...recovery({
    id: crypto.randomUUID(),
    component: 'shop',
    action: { name: 'rollback', rollback_type: 'config' },
    before: { deploy: 'dep-2' },
  }),
  after: { deploy: 'dep-1' },
});

const rowsOf = (id: string) => sql`
  select component, rollback_type, from_state, to_state, success, error_message
  from ai_rollback_history
  where recovery_id = ${id}::uuid`;

describe('recordRollback', () => {
  it('keeps the states before and after, and how it ended', async () => {
    const one = rollback();
    await recordRollback(sql, one, true, null);
    expect(await rowsOf(one.id)).toEqual([
      {
        component: 'shop',
        rollback_type: 'config',
        from_state: { deploy: 'dep-2' },
        to_state: { deploy: 'dep-1' },
        success: true,
        error_message: null,
      },
    ]);
  });

  it('keeps one row of a recovery, with what was told last', async () => {
    const one = rollback();
    await recordRollback(sql, one, true, null);
    await recordRollback(sql, one, false, 'worse than before');
    expect(await rowsOf(one.id)).toMatchObject([
      { success: false, error_message: 'worse than before' },
    ]);
  });

  it('keeps nothing of states that nobody knows', async () => {
    const one = { ...rollback(), before: null, after: null };
    await recordRollback(sql, one, false, 'no target');
    expect(await rowsOf(one.id)).toMatchObject([{ from_state: null, to_state: null }]);
  });
});
