import { describe, expect, it } from 'vitest';
import { dropKey, finishKey, forgetReceived, takeKey } from '../../lib/store/received.js';
import { storeDatabase } from './fixtures.js';
import { race, times } from './race.js';

const { sql, database } = await storeDatabase();

/** A request with a key of its own. */
function request(changes: Partial<Parameters<typeof takeKey>[1]> = {}) {
  const scope = `key-1 POST /api/${crypto.randomUUID()}`;
  return { scope, key: 'k', bodyHash: 'hash', holdS: 60, ...changes };
}

const fresh = { fresh: true, bodyHash: 'hash', status: null, answer: null };
const running = { ...fresh, fresh: false };

async function age(scope: string, hours: number): Promise<void> {
  await sql`
    update received
    set received_at = now() - make_interval(hours => ${hours}::int)
    where scope = ${scope}::text`;
}

describe('takeKey', () => {
  it('is fresh for one of ten that come at once', async () => {
    const wanted = request();
    const seen = await race(
      database,
      'lock table received in share mode',
      times(10, () => takeKey(sql, wanted)),
    );
    expect(seen.filter(({ fresh: isFresh }) => isFresh)).toEqual([fresh]);
    expect(seen.filter(({ fresh: isFresh }) => !isFresh)).toEqual(Array(9).fill(running));
  });

  it('is of a scope: the same key elsewhere is another', async () => {
    expect(await takeKey(sql, request())).toEqual(fresh);
    expect(await takeKey(sql, request())).toEqual(fresh);
  });

  it('tells a repeat that the first still runs, and by what body', async () => {
    const wanted = request();
    await takeKey(sql, wanted);
    expect(await takeKey(sql, wanted)).toEqual(running);
    expect(await takeKey(sql, { ...wanted, bodyHash: 'other' })).toEqual(running);
  });

  it('tells a repeat what the first was answered', async () => {
    const wanted = request();
    await takeKey(sql, wanted);
    await finishKey(sql, { ...wanted, status: 202, answer: '{"accepted":1}' });
    const done = { fresh: false, bodyHash: 'hash', status: 202, answer: '{"accepted":1}' };
    expect(await takeKey(sql, wanted)).toEqual(done);
    expect(await takeKey(sql, { ...wanted, bodyHash: 'other', holdS: 0 })).toEqual(done);
  });

  it('lets one of ten take over a request that never ended, by the same body alone', async () => {
    const wanted = request({ holdS: 0 });
    await takeKey(sql, wanted);
    expect(await takeKey(sql, { ...wanted, bodyHash: 'other' })).toEqual(running);
    const seen = await race(
      database,
      `select 1 from received where scope = '${wanted.scope}' for update`,
      times(10, () => takeKey(sql, { ...wanted, holdS: 60 })),
    );
    expect(seen.filter(({ fresh: isFresh }) => isFresh)).toEqual([fresh]);
  });

  it('forgets what is older than a day', async () => {
    const wanted = request();
    await takeKey(sql, wanted);
    await finishKey(sql, { ...wanted, status: 202, answer: 'old' });
    await age(wanted.scope, 23);
    expect(await takeKey(sql, wanted)).toMatchObject({ fresh: false, answer: 'old' });
    await age(wanted.scope, 24);
    expect(await takeKey(sql, { ...wanted, bodyHash: 'other' })).toEqual({
      ...fresh,
      bodyHash: 'other',
    });
    expect(await takeKey(sql, wanted)).toEqual({ ...running, bodyHash: 'other' });
  });
});

describe('dropKey', () => {
  it('gives the key of a request that failed back', async () => {
    const wanted = request();
    await takeKey(sql, wanted);
    await dropKey(sql, wanted.scope, wanted.key);
    expect(await takeKey(sql, wanted)).toEqual(fresh);
  });

  it('leaves an answer that was given', async () => {
    const wanted = request();
    await takeKey(sql, wanted);
    await finishKey(sql, { ...wanted, status: 202, answer: 'yes' });
    await dropKey(sql, wanted.scope, wanted.key);
    expect(await takeKey(sql, wanted)).toMatchObject({ fresh: false, answer: 'yes' });
  });
});

describe('finishKey', () => {
  it('does nothing for a key that was never taken', async () => {
    const wanted = request();
    await finishKey(sql, { ...wanted, status: 202, answer: 'yes' });
    expect(await takeKey(sql, wanted)).toEqual(fresh);
  });
});

describe('forgetReceived', () => {
  it('deletes what is older than a day, and nothing else', async () => {
    const [young, old] = [request(), request()];
    await takeKey(sql, young);
    await takeKey(sql, old);
    await age(young.scope, 23);
    await age(old.scope, 25);
    await forgetReceived(sql);
    expect(await takeKey(sql, young)).toEqual(running);
    const rows = await sql`select 1 from received where scope = ${old.scope}::text`;
    expect(rows).toEqual([]);
  });
});
