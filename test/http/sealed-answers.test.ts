import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sealedAnswers } from '../../lib/http/sealed-answers.js';
import { deriveSecrets } from '../../lib/security/secrets.js';
import { wrapSql } from '../../lib/store/sql.js';
import { testDatabase } from '../support/database.js';
import { storeOn } from '../support/http-deps.js';

const sql = wrapSql((await testDatabase()).sql, async () => false);
const secrets = deriveSecrets(randomBytes(32).toString('base64url'), []);
const store = sealedAnswers(storeOn(sql), () => secrets);
const answer = '{"key":"fst_shown-only-once"}';

async function kept(request: { scope: string; key: string; bodyHash: string }) {
  const { scope, key } = request;
  await store.begin(request);
  await store.finish({ scope, key, status: 201, answer });
  return request;
}

describe('sealedAnswers', () => {
  it('gives an answer back, and keeps nothing of it readable', async () => {
    const request = await kept({ scope: 's', key: 'a', bodyHash: 'h' });
    expect(await store.begin(request)).toEqual({
      fresh: false,
      bodyHash: 'h',
      status: 201,
      answer,
    });
    const [row] = await sql`select answer from received where scope = 's' and key = 'a'`;
    expect(row?.['answer']).toMatch(/^s1\./);
    expect(row?.['answer']).not.toContain('fst_');
  });

  it('does not open an answer for another request of the same key', async () => {
    const request = await kept({ scope: 's', key: 'b', bodyHash: 'h' });
    const seen = await store.begin({ ...request, bodyHash: 'other' });
    expect(seen.bodyHash).toBe('h');
    expect(seen.answer).not.toBe(answer);
  });

  it('does not open an answer that was moved to another caller', async () => {
    const request = await kept({ scope: 's', key: 'c', bodyHash: 'h' });
    await sql`update received set scope = 'thief' where scope = 's' and key = 'c'`;
    await expect(store.begin({ ...request, scope: 'thief' })).rejects.toMatchObject({
      code: 'misconfigured',
    });
  });

  it('passes on what is running, and gives keys back', async () => {
    const request = { scope: 's', key: 'd', bodyHash: 'h' };
    expect((await store.begin(request)).fresh).toBe(true);
    expect(await store.begin(request)).toMatchObject({ fresh: false, status: null, answer: null });
    await store.abandon(request);
    expect((await store.begin(request)).fresh).toBe(true);
  });
});
