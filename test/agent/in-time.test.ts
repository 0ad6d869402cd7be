import { afterEach, describe, expect, it, vi } from 'vitest';
import { inTime } from '../../lib/agent/in-time.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('inTime', () => {
  it('answers what the work answers, at once or later', async () => {
    expect(await inTime(() => 1, 1000)).toBe(1);
    expect(await inTime(async () => 2, 1000)).toBe(2);
  });

  it('fails as the work fails, and leaves no timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const error = new Error('no');
    const thrower = () => {
      throw error;
    };
    await expect(inTime(thrower, 1000)).rejects.toBe(error);
    await expect(inTime(() => Promise.reject(error), 1000)).rejects.toBe(error);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits no longer than it may, and leaves no later failure unhandled', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const rejections: unknown[] = [];
    const note = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', note);
    let fail = (_error: Error) => {};
    const work = new Promise<void>((_resolve, reject) => {
      fail = reject;
    });
    const waiting = inTime(() => work, 1000);
    const outcome = expect(waiting).rejects.toMatchObject({ name: 'TimeoutError' });
    await vi.advanceTimersByTimeAsync(1000);
    await outcome;
    fail(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
  });
});
