import { describe, expect, it } from 'vitest';
import { addAudit, listAudit } from '../../lib/store/audit.js';
import { storeDatabase } from './fixtures.js';

const { sql } = await storeDatabase();

describe('listAudit', () => {
  it('answers the newest first, and goes on before a given one', async () => {
    for (const what of ['first', 'second', 'third']) {
      await addAudit(sql, { who: 'ann', what, why: 'a test', detail: { what } });
    }
    const newest = await listAudit(sql, { before: null, limit: 2 });
    expect(newest.map(({ what }) => what)).toEqual(['third', 'second']);
    const older = await listAudit(sql, { before: newest[1]?.id ?? '', limit: 2 });
    expect(older).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        at: expect.any(Date),
        who: 'ann',
        what: 'first',
        why: 'a test',
        detail: { what: 'first' },
      },
    ]);
    expect(await listAudit(sql, { before: older[0]?.id ?? '', limit: 2 })).toEqual([]);
  });
});

describe('addAudit', () => {
  it('takes effect with the change it tells of, or not at all', async () => {
    const entry = { who: 'bob', what: 'broken', why: null, detail: {} };
    const broken = sql.transaction([addAudit(sql, entry), sql`select 1 / 0`]);
    await expect(broken).rejects.toThrow();
    const all = await listAudit(sql, { before: null, limit: 10 });
    expect(all.map(({ what }) => what)).not.toContain('broken');
  });
});
