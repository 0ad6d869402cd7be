import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSampler } from '../../lib/agent/sampler.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('startSampler', () => {
  it('ticks every interval, first after one', () => {
    const tick = vi.fn();
    const sampler = startSampler(1000, tick);
    vi.advanceTimersByTime(999);
    expect(tick).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(2001);
    expect(tick).toHaveBeenCalledTimes(3);
    sampler.stop();
  });

  it('ticks sooner when asked, and counts the next interval from there', () => {
    const tick = vi.fn();
    const sampler = startSampler(60_000, tick);
    sampler.sooner(2);
    vi.advanceTimersByTime(2000);
    expect(tick).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(59_999);
    expect(tick).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(tick).toHaveBeenCalledTimes(2);
    sampler.stop();
  });

  it('does not put a tick off that comes sooner anyway', () => {
    const tick = vi.fn();
    const sampler = startSampler(1000, tick);
    sampler.sooner(30);
    vi.advanceTimersByTime(1000);
    expect(tick).toHaveBeenCalledTimes(1);
    sampler.stop();
  });

  it('leaves no timer when it stops', () => {
    startSampler(1000, vi.fn()).stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
