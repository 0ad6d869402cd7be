import { describe, expect, it } from 'vitest';
import { alertSeverity } from '../../lib/intake/alert-severity.js';

describe('alertSeverity', () => {
  it.each([
    ['critical', 'critical'],
    ['CRITICAL', 'critical'],
    [' page ', 'critical'],
    ['P1', 'critical'],
    ['Sev0', 'critical'],
    ['error', 'high'],
    ['Sev1', 'high'],
    ['P2', 'high'],
    ['warning', 'warning'],
    ['Sev2', 'warning'],
    ['P3', 'warning'],
    ['info', 'info'],
    ['Sev4', 'info'],
    ['P5', 'info'],
    ['none', 'info'],
    ['whatever', 'warning'],
    ['', 'warning'],
    ['constructor', 'warning'],
    [undefined, 'warning'],
  ])('takes %j for %s', (word, severity) => {
    expect(alertSeverity(word)).toBe(severity);
  });
});
