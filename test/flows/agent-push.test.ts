import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestStack, type TestStack } from '../support/stack.js';

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
});

afterAll(() => stack.close());

const event = { kind: 'memory_leak_cleanup', result: { success: true } };

const push = (component: string, samples: object[], count: number) =>
  stack.call('POST', '/api/ingest', {
    component,
    instance: 'one',
    boot_id: randomUUID(),
    samples,
    events: Array.from({ length: count }, (_, i) => ({
      ...event,
      at: new Date(Date.now() - i * 1000).toISOString(),
    })),
  });

const told = async (component: string): Promise<number> => {
  const [row] = await stack.app.sql`
    select count(*)::int as rows
    from unified_brain
    where action_type = 'memory_leak_cleanup'
    and metadata ->> 'component' = ${component}::text`;
  return Number(row?.['rows']);
};

describe('what an agent did by itself', () => {
  it('is told once for a component that is registered, also by the same push', async () => {
    expect((await push('shop', [{ cpu_usage: 1 }], 2)).status).toBe(202);
    expect(await told('shop')).toBe(2);
  });

  it('is not told of a component that does not exist', async () => {
    expect((await push('ghost', [], 3)).status).toBe(202);
    expect(await told('ghost')).toBe(0);
  });

  it('is refused when there is more of it than an agent sends', async () => {
    expect((await push('shop', [], 101)).status).toBe(400);
    expect(await told('shop')).toBe(2);
  });
});
