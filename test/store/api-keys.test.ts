import { describe, expect, it } from 'vitest';
import { addKey, listKeys, revokedKeys, revokeKey } from '../../lib/store/api-keys.js';
import { storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

async function add(changes: Partial<Parameters<typeof addKey>[1]> = {}): Promise<string> {
  const id = crypto.randomUUID();
  const key = {
    name: 'ci',
    scopes: ['deploy'],
    component: null,
    expiresAt: null,
    createdBy: 'ann',
  };
  await addKey(sql, { id, ...key, ...changes });
  return id;
}

describe('listKeys', () => {
  it('answers the newest first, with what is known of them', async () => {
    const expiresAt = new Date('2027-01-01T00:00:00Z');
    await add();
    const id = await add({ scopes: ['ingest', 'read'], component: 'shop', expiresAt });
    const [newest] = await listKeys(sql, 1);
    expect(newest).toEqual({
      id,
      name: 'ci',
      scopes: ['ingest', 'read'],
      component: 'shop',
      expiresAt,
      createdBy: 'ann',
      createdAt: expect.any(Date),
      revokedAt: null,
    });
    expect(await listKeys(sql, 10)).toHaveLength(2);
  });
});

describe('revokeKey', () => {
  it('revokes once for ten', async () => {
    const id = await add();
    const revoked = await race(
      database,
      `select 1 from api_keys where id = '${id}' for update`,
      times(10, (i) => revokeKey(sql, id, `person-${i}`)),
    );
    expect(revoked.flat()).toEqual([{ id, name: expect.any(String) }]);
    expect(await revokedKeys(sql)).toContain(id);
    const winner = revoked.findIndex((rows) => rows.length > 0);
    const [row] = await sql`select revoked_by as who from api_keys where id = ${id}::uuid`;
    expect(row).toEqual({ who: `person-${winner}` });
  });

  it('notes a key that was made outside the database as revoked, once', async () => {
    const id = crypto.randomUUID();
    expect(await revokeKey(sql, id, 'ann')).toEqual([{ id, name: null }]);
    expect(await revokeKey(sql, id, 'ann')).toEqual([]);
    expect(await revokedKeys(sql)).toContain(id);
    const listed = await listKeys(sql, 100);
    expect(listed.find((key) => key.id === id)).toMatchObject({ name: 'unlisted', scopes: [] });
  });
});

describe('revokedKeys', () => {
  it('leaves out the keys in force', async () => {
    expect(await revokedKeys(sql)).not.toContain(await add());
  });
});
