import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AgentNotice } from '../../lib/agent/notice.js';
import { createOutbox } from '../../lib/agent/outbox.js';
import type { Push, Pushed } from '../../lib/agent/push.js';
import { createPush } from '../../lib/agent/push.js';
import { createPusher, type PusherDeps } from '../../lib/agent/pusher.js';
import { startIngest } from './ingest-server.js';

const at = '2026-01-01T00:00:00.000Z';
const stored: Pushed = { kind: 'stored', commands: [], nextPushS: null, rejected: 0 };

function pusher(push: Push, samples: number, over: Partial<PusherDeps> = {}) {
  const notices: AgentNotice[] = [];
  const outbox = createOutbox(10_000);
  for (let n = 0; n < samples; n += 1) outbox.addSample({ at, n });
  const made = createPusher({
    outbox,
    push,
    notify: (notice) => notices.push(notice),
    onStored: () => undefined,
    backoff: { firstMs: 1000, mostMs: 60_000 },
    refusedBackoff: { firstMs: 30_000, mostMs: 300_000 },
    timeoutMs: 1000,
    random: () => 1,
    ...over,
  });
  return { ...made, outbox, notices };
}

/** A push that answers from a list, and then the last again and again. */
function answering(...answers: Pushed[]) {
  return vi.fn<Push>(async () => (answers.length > 1 ? answers.shift() : answers[0]) ?? stored);
}

afterEach(() => {
  vi.useRealTimers();
});

describe('createPusher', () => {
  it('catches up in batches of 500, one after another, in order', async () => {
    const server = await startIngest();
    const push = createPush({
      url: server.url,
      key: 'fst_key',
      identity: { component: 'shop', instance: 'shop-1', bootId: crypto.randomUUID() },
      fetch,
      now: () => new Date(at),
    });
    const { kick, close } = pusher(push, 1200);
    kick();
    await server.until(({ body }) => body.samples.length === 200);
    expect(server.pushes.map(({ body }) => body.samples.length)).toEqual([500, 500, 200]);
    const numbers = server.pushes.flatMap(({ body }) => body.samples.map((one) => one['n']));
    expect(numbers).toEqual([...Array(1200).keys()]);
    close();
    await server.close();
  });

  it('waits 1, 2, 4 … 60 s after failures in a row, then starts over', async () => {
    vi.useFakeTimers();
    const push = answering({ kind: 'later', why: 'away', retryAfterS: 0 });
    const { kick, notices, close, outbox } = pusher(push, 1);
    kick();
    await vi.advanceTimersByTimeAsync(0);
    for (const waitS of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const calls = push.mock.calls.length;
      await vi.advanceTimersByTimeAsync(waitS * 1000 - 1);
      expect(push).toHaveBeenCalledTimes(calls);
      await vi.advanceTimersByTimeAsync(1);
      expect(push).toHaveBeenCalledTimes(calls + 1);
    }
    push.mockImplementation(async () => stored);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(outbox.size()).toBe(0);
    expect(notices.at(-1)).toEqual({ kind: 'push_recovered' });
    close();
  });

  it('is not hurried by kicks while it waits', async () => {
    vi.useFakeTimers();
    const push = answering({ kind: 'later', why: 'away', retryAfterS: 20 }, stored);
    const { kick } = pusher(push, 1);
    kick();
    await vi.advanceTimersByTimeAsync(19_999);
    kick();
    expect(push).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(push).toHaveBeenCalledTimes(2);
  });

  it('knocks every 30 s to 5 min at a closed door', async () => {
    vi.useFakeTimers();
    const push = answering({ kind: 'refused', status: 401, why: 'answered 401' });
    const { kick, close } = pusher(push, 1);
    kick();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(push.mock.calls.length).toBeLessThanOrEqual(16);
    close();
  });

  it('sends what was added while it was sending, without another kick', async () => {
    const { kick, outbox } = pusher(async (batch) => {
      if (batch.samples[0]?.['n'] === 0) outbox.addSample({ at, n: 1 });
      return stored;
    }, 1);
    kick();
    await vi.waitFor(() => expect(outbox.size()).toBe(0));
  });

  it('calls a request off that takes too long, and keeps the batch', async () => {
    const push: Push = (_batch, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () =>
          resolve({ kind: 'later', why: 'late', retryAfterS: 0 }),
        );
      });
    const { kick, notices, outbox, close } = pusher(push, 1, { timeoutMs: 5 });
    kick();
    await vi.waitFor(() => expect(notices).toMatchObject([{ kind: 'push_failed', why: 'late' }]));
    expect(outbox.size()).toBe(1);
    close();
  });

  it('flushes although it waits, once', async () => {
    vi.useFakeTimers();
    const push = answering({ kind: 'later', why: 'away', retryAfterS: 300 }, stored);
    const { kick, flush, outbox } = pusher(push, 1);
    kick();
    await vi.advanceTimersByTimeAsync(0);
    await flush(1000);
    expect(push).toHaveBeenCalledTimes(2);
    expect(outbox.size()).toBe(0);
  });

  it('leaves no timer when it is closed', async () => {
    vi.useFakeTimers();
    const { kick, close } = pusher(answering({ kind: 'later', why: 'away', retryAfterS: 0 }), 1);
    kick();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(1);
    close();
    expect(vi.getTimerCount()).toBe(0);
    kick();
    expect(vi.getTimerCount()).toBe(0);
  });
});
