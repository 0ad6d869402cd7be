import type { AlertSeverity } from './alert.js';

const NAMES: Readonly<Record<AlertSeverity, readonly string[]>> = {
  critical: ['critical', 'crit', 'fatal', 'page', 'emergency', 'disaster', 'sev0', 'p1'],
  high: ['high', 'error', 'major', 'sev1', 'p2'],
  warning: ['warning', 'warn', 'minor', 'degraded', 'sev2', 'p3'],
  info: [
    'info',
    'information',
    'informational',
    'notice',
    'low',
    'none',
    'sev3',
    'sev4',
    'p4',
    'p5',
  ],
};

const SEVERITIES = new Map(
  (['critical', 'high', 'warning', 'info'] as const).flatMap((severity) =>
    NAMES[severity].map((name) => [name, severity] as const),
  ),
);

/** Put a tool's word for severity on our scale; a word nobody knows, or none, is a warning. */
export function alertSeverity(word: string | undefined): AlertSeverity {
  return SEVERITIES.get((word ?? '').trim().toLowerCase()) ?? 'warning';
}
