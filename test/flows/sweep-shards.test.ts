import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { App } from '../../lib/app.js';
import { NO_CALIBRATION } from '../../lib/domain/learn/calibration.js';
import { sweep } from '../../lib/flows/sweep.js';
import { sweepShards } from '../../lib/flows/sweep-shards.js';
import { type FlowStack, startFlowStack } from '../support/flow-stack.js';

let flows: FlowStack;
let asked: string[] = [];

beforeAll(async () => {
  flows = await startFlowStack({ shardSize: 2, intervalS: 3600 });
  // Silent, so that a sweep probes each of them.
  await flows.app.sql`
    insert into components (name, health_url)
    select 'hangs-' || number, 'https://hangs.example/' || number
    from generate_series(1, 30) as number`;
});

afterAll(() => flows.close());

afterEach(() => {
  vi.useRealTimers();
});

/** The application in an outage: no queue to hand shards to, and every probe takes its time. */
function inAnOutage(probeMs: number): App {
  const publish = () => Promise.reject(new Error('the queue is away'));
  const probe: App['probe'] = async (healthUrl) => {
    asked.push(healthUrl);
    vi.setSystemTime(Date.now() + probeMs);
    return { found: 'silent', why: 'no answer in time' };
  };
  return { ...flows.app, probe, queue: { ...flows.app.queue, publish } };
}

describe('sweepShards', () => {
  it('assesses all, though only some are probed in time, and each of them in its turn', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const app = inAnOutage(1000);
    const all = new Set<string>();
    for (let tick = 3600; tick <= 12 * 3600; tick += 3600) {
      asked = [];
      expect((await sweep(app, { tick })).assessed).toBe(30);
      expect(asked.length).toBeGreaterThanOrEqual(10);
      expect(asked.length).toBeLessThanOrEqual(15);
      for (const url of asked) all.add(url);
      await flows.app.sql`update control set last_sweep_at = now()`;
    }
    expect(all.size).toBe(30);
  });

  it('reaches some shards only where each probe takes nearly all of the time, others the next time', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const app = inAnOutage(5000);
    const all = new Set<string>();
    for (let tick = 20 * 3600; tick < 80 * 3600; tick += 3600) {
      asked = [];
      expect((await sweep(app, { tick })).assessed).toBe(30);
      expect(asked).toHaveLength(3);
      for (const url of asked) all.add(url);
    }
    expect(all.size).toBe(30);
  });

  it('sweeps nothing of nothing', async () => {
    const pass = { settings: flows.app.baseSettings, calibration: NO_CALIBRATION, tick: 1 };
    expect(await sweepShards(flows.app, [], pass)).toEqual([]);
  });
});
