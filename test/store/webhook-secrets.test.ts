import { describe, expect, it } from 'vitest';
import {
  addWebhookSecret,
  listWebhookSecrets,
  revokeWebhookSecret,
  sealedSecrets,
} from '../../lib/store/webhook-secrets.js';
import { storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

async function add(source: string, sealed: string): Promise<string> {
  const id = crypto.randomUUID();
  await addWebhookSecret(sql, { id, source, sealed, who: 'ann' });
  return id;
}

describe('sealedSecrets', () => {
  it('answers all secrets of a source, so that they can be rotated, and no other’s', async () => {
    await add('rotating', 'old');
    await add('rotating', 'new');
    await add('elsewhere', 'other');
    expect((await sealedSecrets(sql, 'rotating')).toSorted()).toEqual(['new', 'old']);
    expect(await sealedSecrets(sql, 'unknown')).toEqual([]);
  });
});

describe('revokeWebhookSecret', () => {
  it('ends a secret once for ten', async () => {
    const id = await add('ending', 'sealed');
    const revoked = await race(
      database,
      `select 1 from webhook_secrets where id = '${id}' for update`,
      times(10, () => revokeWebhookSecret(sql, id)),
    );
    expect(revoked.flat()).toEqual([{ id }]);
    expect(await sealedSecrets(sql, 'ending')).toEqual([]);
  });

  it('answers nothing for one that there is not', async () => {
    expect(await revokeWebhookSecret(sql, crypto.randomUUID())).toEqual([]);
  });
});

describe('listWebhookSecrets', () => {
  it('tells those in force by source, never what they are', async () => {
    await sql`delete from webhook_secrets`;
    const later = await add('b', 'sealed-b');
    const first = await add('a', 'sealed-a');
    await revokeWebhookSecret(sql, await add('c', 'sealed-c'));
    const listed = await listWebhookSecrets(sql);
    expect(listed).toEqual([
      { id: first, source: 'a', createdBy: 'ann', createdAt: expect.any(Date) },
      { id: later, source: 'b', createdBy: 'ann', createdAt: expect.any(Date) },
    ]);
    expect(JSON.stringify(listed)).not.toContain('sealed');
  });
});

describe('addWebhookSecret', () => {
  it.each(['', 'Upper', 'with space', 'x'.repeat(41)])('refuses the source %j', async (source) => {
    await expect(add(source, 'sealed')).rejects.toThrow();
  });
});
