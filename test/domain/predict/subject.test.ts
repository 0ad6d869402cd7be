import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../../lib/domain/predict/subject.js';

describe('subjectOf', () => {
  it.each([
    ['cpu_usage', 'CPU trending to exhaustion', true],
    ['memory_usage', 'Memory trending to exhaustion', false],
    ['heap_usage', 'Memory trending to exhaustion', false],
    ['disk_usage', 'Disk trending to exhaustion', false],
    ['db_connections_usage', 'Connections trending to exhaustion', true],
    ['pool_usage', 'Connections trending to exhaustion', true],
    ['error_rate', 'Error rate doubling', true],
    ['latency_ms', 'Latency degrading', true],
  ])('names the failure of %s', (metric, reason, followsDemand) => {
    expect(subjectOf(metric)).toEqual({ reason, followsDemand });
  });

  it.each(['queue_depth', 'request_rate', 'memory_bytes', 'gpu_usage', '__proto__', ''])(
    'has no name for %s',
    (metric) => {
      expect(subjectOf(metric)).toBeNull();
    },
  );
});
