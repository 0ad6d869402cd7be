import { describe, expect, it } from 'vitest';
import { levelRank, severity } from '../../../lib/domain/decide/severity.js';

describe('severity', () => {
  it.each([
    { state: 'failing', level: null, probesFailed: false, is: 'critical' },
    { state: 'failing', level: 'medium', probesFailed: false, is: 'critical' },
    { state: 'healthy', level: null, probesFailed: true, is: 'critical' },
    { state: 'unknown', level: null, probesFailed: true, is: 'critical' },
    { state: 'degraded', level: 'critical', probesFailed: false, is: 'critical' },
    { state: 'healthy', level: 'high', probesFailed: false, is: 'high' },
    { state: 'healthy', level: 'medium', probesFailed: false, is: 'medium' },
    { state: 'degraded', level: null, probesFailed: false, is: null },
    { state: 'unknown', level: null, probesFailed: false, is: null },
  ] as const)('is $is when $state at level $level, probes failed: $probesFailed', (row) => {
    expect(severity(row)).toBe(row.is);
  });
});

describe('levelRank', () => {
  it.each([
    { level: null, rank: 0 },
    { level: 'medium', rank: 1 },
    { level: 'high', rank: 2 },
    { level: 'critical', rank: 3 },
  ] as const)('is $rank for $level', ({ level, rank }) => {
    expect(levelRank(level)).toBe(rank);
  });
});
