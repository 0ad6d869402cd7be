import { availableParallelism, totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { findLimits } from '../../lib/agent/limits.js';

const GIB = 1024 ** 3;

function limits(files: Record<string, string>) {
  return findLimits((path) => files[path] ?? null);
}

describe('findLimits', () => {
  it('finds what the machine has where there is no control group', () => {
    expect(limits({})).toEqual({ memoryBytes: totalmem(), cores: availableParallelism() });
  });

  it('reads the real ones of this process', () => {
    const found = findLimits();
    expect(found.memoryBytes).toBeGreaterThan(0);
    expect(found.memoryBytes).toBeLessThanOrEqual(totalmem());
    expect(found.cores).toBeGreaterThan(0);
    expect(found.cores).toBeLessThanOrEqual(availableParallelism());
  });

  it('finds those of a container, version 2', () => {
    const found = limits({
      '/proc/self/cgroup': '0::/',
      '/sys/fs/cgroup/memory.max': `${GIB / 2}`,
      '/sys/fs/cgroup/cpu.max': '50000 100000',
    });
    expect(found).toEqual({ memoryBytes: GIB / 2, cores: 0.5 });
  });

  it('takes the tightest of a group and all above it', () => {
    const found = limits({
      '/proc/self/cgroup': '0::/system.slice/shop.service',
      '/sys/fs/cgroup/memory.max': 'max',
      '/sys/fs/cgroup/system.slice/memory.max': `${GIB / 4}`,
      '/sys/fs/cgroup/system.slice/shop.service/memory.max': `${GIB}`,
    });
    expect(found.memoryBytes).toBe(GIB / 4);
  });

  it('finds those of a container, version 1, also where several controllers share a folder', () => {
    const found = limits({
      '/proc/self/cgroup': '5:memory:/docker/a:b\n4:cpu,cpuacct:/docker/a:b\n0::/',
      '/sys/fs/cgroup/memory/docker/a:b/memory.limit_in_bytes': `${GIB / 8}`,
      '/sys/fs/cgroup/cpu/docker/a:b/cpu.cfs_quota_us': '25000',
      '/sys/fs/cgroup/cpu/docker/a:b/cpu.cfs_period_us': '100000',
    });
    expect(found).toEqual({ memoryBytes: GIB / 8, cores: 0.25 });
  });

  it.each([
    [
      'no limit in version 2',
      { '/sys/fs/cgroup/memory.max': 'max', '/sys/fs/cgroup/cpu.max': 'max 100000' },
    ],
    [
      'no limit in version 1',
      {
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712',
        '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
        '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
      },
    ],
    ['nonsense', { '/sys/fs/cgroup/memory.max': 'lots', '/sys/fs/cgroup/cpu.max': '' }],
    ['zero', { '/sys/fs/cgroup/memory.max': '0', '/sys/fs/cgroup/cpu.max': '0 100000' }],
  ])('takes %s as what the machine has', (_what, files) => {
    expect(limits(files)).toEqual({ memoryBytes: totalmem(), cores: availableParallelism() });
  });
});
