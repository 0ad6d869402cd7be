import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createMachineMeter } from '../../bench/foresight/backgrounds/machine-metrics.js';
import { RECORDED } from '../../bench/foresight/backgrounds/recorded-work.js';

describe('createMachineMeter', () => {
  it.runIf(existsSync('/proc/stat'))('measures this machine in percent', () => {
    const measure = createMachineMeter();
    for (const values of [measure(), measure()]) {
      expect(Object.keys(values)).toEqual(['cpu_usage', 'memory_usage', 'disk_usage']);
      for (const value of Object.values(values)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100);
      }
    }
  });
});

describe('RECORDED', () => {
  it('answers requests, and turns away what a full pool and its queue cannot hold', async () => {
    const { catalogue, orders } = RECORDED;
    const goods = catalogue.work();
    expect(await Promise.all([goods.handle(), goods.handle()])).toEqual([200, 200]);
    const shop = orders.work();
    const asked = Array.from({ length: 41 }, () => shop.handle());
    expect(shop.poolUsage?.()).toBe(100);
    const answers = await Promise.all(asked);
    expect(answers.filter((status) => status === 503)).toHaveLength(1);
    expect(answers.filter((status) => status === 200)).toHaveLength(40);
    expect(shop.poolUsage?.()).toBe(0);
  });
});
