import { afterEach, describe, expect, it, vi } from 'vitest';
import { MACHINERY } from '../../lib/agent/options.js';
import { resetDatabase } from '../../lib/agent/reset-database.js';

class Refused extends Error {
  readonly code = 'ECONNREFUSED';
}

/** A pool whose resets and checks fail some times first. */
function poolFailing(resets: number, checks: number) {
  const calls: string[] = [];
  let [badResets, badChecks] = [resets, checks];
  return {
    calls,
    async reset() {
      calls.push('reset');
      if (badResets-- > 0) throw new Refused('postgres://user:secret@host/');
    },
    async check() {
      calls.push('check');
      if (badChecks-- > 0) throw new Refused('postgres://user:secret@host/');
    },
  };
}

const signal = new AbortController().signal;
const quick = { waitsMs: [1, 1, 1, 1, 1], timeoutMs: 1000, signal };

afterEach(() => {
  vi.useRealTimers();
});

describe('resetDatabase', () => {
  it.each([
    { failing: 0, attempts: 1 },
    { failing: 1, attempts: 2 },
    { failing: 4, attempts: 5 },
  ])('succeeds at attempt $attempts when the database is away for $failing', async (row) => {
    const pool = poolFailing(0, row.failing);
    expect(await resetDatabase(pool, quick)).toEqual({
      success: true,
      attempts: row.attempts,
      message: `connected at attempt ${row.attempts}`,
    });
    expect(pool.calls).toEqual(['reset', ...Array(row.attempts).fill('check')]);
  });

  it('gives up after five attempts, naming the failure without its words', async () => {
    const pool = poolFailing(0, 99);
    expect(await resetDatabase(pool, quick)).toEqual({
      success: false,
      attempts: 5,
      message: 'no connection in 5 attempts: ECONNREFUSED',
    });
    expect(pool.calls.filter((call) => call === 'check')).toHaveLength(5);
  });

  it('repeats a reset that failed before it checks', async () => {
    const pool = poolFailing(2, 0);
    expect(await resetDatabase(pool, quick)).toMatchObject({ success: true, attempts: 2 });
    expect(pool.calls).toEqual(['reset', 'reset', 'reset', 'check']);
  });

  it('takes a pool without a check at its word', async () => {
    const { reset } = poolFailing(0, 0);
    expect(await resetDatabase({ reset }, quick)).toEqual({
      success: true,
      attempts: 1,
      message: 'the pool was reset',
    });
    expect(await resetDatabase({ reset: poolFailing(1, 0).reset }, quick)).toMatchObject({
      success: true,
      attempts: 1,
    });
  });

  it('fails a check that hangs, and goes on', async () => {
    let checks = 0;
    const pool = {
      reset: async () => undefined,
      check: () => (checks++ === 0 ? new Promise(() => undefined) : Promise.resolve()),
    };
    const result = await resetDatabase(pool, { ...quick, timeoutMs: 5 });
    expect(result).toMatchObject({ success: true, attempts: 2 });
  });

  it('survives a pool that throws at once, or something that is no error', async () => {
    const reset = () => {
      throw 'closed';
    };
    expect(await resetDatabase({ reset }, quick)).toEqual({
      success: false,
      attempts: 5,
      message: 'no connection in 5 attempts: unknown error',
    });
  });

  it('ends at once when the agent stops', async () => {
    const stopping = new AbortController();
    const running = resetDatabase(poolFailing(0, 99), {
      waitsMs: [3_600_000],
      timeoutMs: 1000,
      signal: stopping.signal,
    });
    stopping.abort();
    expect(await running).toMatchObject({ success: false, attempts: 0 });
  });

  it('waits 1, 2, 4, 8 and 16 s in a service', () => {
    expect(MACHINERY.databaseWaitsMs).toEqual([1000, 2000, 4000, 8000, 16_000]);
  });
});
