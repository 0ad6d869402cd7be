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

/** A minute and a half of a memory that fills. */
export function filling(): object[] {
  return past(90, (i) => ({ ...healthy, memory_usage: 40 + i * 0.5 + (i % 2) * 0.3 }));
}

/** What a component sends whose memory goes on filling until it was restarted. */
export function fillingUntil(isRestarted: () => boolean): () => object {
  let memory = 85;
  return () => {
    memory = isRestarted() ? 30 + Math.random() : Math.min(99, memory + 0.5);
    return { ...healthy, memory_usage: memory };
  };
}

/** How a component runs out of memory. */
export interface RunningOut {
  readonly isRestarted: () => boolean;
  /** Until its incident is so; until it is closed by default. */
  readonly isWanted?: ((incident: { readonly state: string }) => boolean) | undefined;
}

/** Let a component run out of memory until it was restarted, and answer its incident once it is as wanted. */
export async function runOut(stack: TestStack, name: string, { isRestarted, ...rest }: RunningOut) {
  const { isWanted = ({ state }) => state === 'closed' } = rest;
  await send(stack, name, filling());
  const [{ id }] = await live(stack, `what is wanted of ${name}`, {
    component: name,
    values: fillingUntil(isRestarted),
    ask: async () => (await stack.call('GET', `/api/incidents?component=${name}`)).body.incidents,
    isWanted: ([incident]) => incident !== undefined && isWanted(incident),
  });
  return (await stack.call('GET', `/api/incidents/${id}`)).body;
}
