import { describe, expect, it } from 'vitest';
import { groupOf } from '../../../lib/domain/predict/group.js';

describe('groupOf', () => {
  it.each([
    ['cpu_usage', 'cpu'],
    ['host_cpu_usage', 'cpu'],
    ['memory_usage', 'memory'],
    ['heap_usage', 'memory'],
    ['jvm_heap_usage', 'memory'],
    ['disk_usage', 'disk'],
    ['volume_data_usage', 'disk'],
    ['pool_usage', 'pool'],
    ['db_connections_usage', 'pool'],
    ['error_rate', 'errors'],
    ['latency_ms', 'latency'],
    ['queue_depth', null],
    ['quota_usage', null],
    ['cpu_seconds', null],
  ])('of %s is %s', (metric, group) => {
    expect(groupOf(metric)).toBe(group);
  });
});
