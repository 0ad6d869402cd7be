import { describe, expect, it } from 'vitest';
import { createRecovery } from '../../lib/agent/recovery.js';

/** A recovery whose runs are ended by hand. */
function manual(restMs: number, restsAfter = (result: { success: boolean }) => !result.success) {
  const runs: ((success: boolean) => void)[] = [];
  const told: { success: boolean }[] = [];
  const recovery = createRecovery<{ success: boolean }>({
    run: () => new Promise((resolve) => runs.push((success) => resolve({ success }))),
    onOwn: (result) => told.push(result),
    restsAfter,
    restMs,
  });
  return { recovery, runs, told };
}

describe('createRecovery', () => {
  it('recovers once for a hundred calls that failed together, and tells it once', async () => {
    const { recovery, runs, told } = manual(0);
    const startedAt = performance.now();
    const all = Array.from({ length: 100 }, () => recovery.after(startedAt));
    runs[0]?.(true);
    expect(await Promise.all(all)).toEqual(Array(100).fill({ success: true }));
    expect(runs).toHaveLength(1);
    expect(told).toEqual([{ success: true }]);
  });

  it('answers a straggler, whose call began before the recovery ended, with its result', async () => {
    const { recovery, runs } = manual(0);
    const startedAt = performance.now();
    const first = recovery.after(startedAt);
    runs[0]?.(true);
    await first;
    expect(await recovery.after(startedAt)).toEqual({ success: true });
    expect(runs).toHaveLength(1);
  });

  it('recovers again for a call that began after the last recovery', async () => {
    const { recovery, runs } = manual(0);
    const first = recovery.after(performance.now());
    runs[0]?.(true);
    await first;
    const again = recovery.after(performance.now() + 1);
    runs[1]?.(true);
    await again;
    expect(runs).toHaveLength(2);
  });

  it('rests after a failure, so that calls fail at once', async () => {
    const { recovery, runs } = manual(60_000);
    const first = recovery.after(performance.now());
    runs[0]?.(false);
    await first;
    expect(await recovery.after(performance.now() + 1)).toEqual({ success: false });
    expect(runs).toHaveLength(1);
  });

  it('does not rest for a command', async () => {
    const { recovery, runs, told } = manual(60_000);
    const first = recovery.after(performance.now());
    runs[0]?.(false);
    await first;
    const commanded = recovery.now();
    runs[1]?.(true);
    expect(await commanded).toEqual({ success: true });
    expect(told).toEqual([{ success: false }]);
  });

  it('lets a call join a command, and tells nothing of its own then', async () => {
    const { recovery, runs, told } = manual(0);
    const commanded = recovery.now();
    const joined = recovery.after(performance.now());
    runs[0]?.(true);
    expect(await Promise.all([commanded, joined])).toHaveLength(2);
    expect(runs).toHaveLength(1);
    expect(told).toEqual([]);
  });
});
