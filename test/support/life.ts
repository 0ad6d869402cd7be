import { expect } from 'vitest';
import { type TestStack, until } from './stack.js';

/** What a component sends while nothing is wrong with it. */
export const healthy = { cpu_usage: 20, memory_usage: 30, error_rate: 0.001, latency_ms: 100 };

/** A sample of every second before this one. */
export function past(seconds: number, values: (i: number) => object): object[] {
  const from = Date.now() - seconds * 1000;
  return Array.from({ length: seconds }, (_, i) => ({
    at: new Date(from + i * 1000).toISOString(),
    ...values(i),
  }));
}

/** Send samples of a component, all of which must be taken. */
export async function send(stack: TestStack, component: string, samples: object[]): Promise<void> {
  const answer = await stack.call('POST', '/api/ingest', { component, samples });
  expect(answer).toMatchObject({ status: 202, body: { rejected: [] } });
}

/** How a component lives until something is as wanted. */
export interface Life<T> {
  readonly component: string;
  readonly values: () => object;
  readonly ask: () => Promise<T>;
  readonly isWanted: (value: T) => boolean;
}

/** Send a sample of every second that has passed, and sweep, until something is as wanted. */
export async function live<T>(stack: TestStack, what: string, life: Life<T>): Promise<T> {
  const { component, values, ask, isWanted } = life;
  let sentMs = Date.now() - 1000;
  return until(
    what,
    async () => {
      const samples: object[] = [];
      for (; sentMs + 1000 <= Date.now(); sentMs += 1000) {
        samples.push({ at: new Date(sentMs + 1000).toISOString(), ...values() });
      }
      if (samples.length > 0) await send(stack, component, samples);
      await stack.call('POST', '/api/sweep', {});
      return ask();
    },
    isWanted,
    // A limit for what hangs: on a busy machine an incident alone can take a minute.
    150_000,
  );
}
