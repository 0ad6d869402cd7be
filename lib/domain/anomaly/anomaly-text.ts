import { quantity } from '../health/quantity.js';
import type { Detector, Strength } from './anomaly.js';

const WORDS: Readonly<Record<Detector, (value: string, usual: string) => string>> = {
  'robust z': (value, usual) => `is at ${value}, far from its usual ${usual}`,
  'first difference': (value, usual) => `went from ${usual} to ${value} at once`,
  'mean shift': (value, usual) => `has moved from ${usual} to ${value} on average`,
  'seasonal residual': (value, usual) => `is at ${value}, where yesterday it was at ${usual}`,
};

/** Say in one sentence what is unusual about a metric; only what broke its record is called that. */
export function anomalyText(metric: string, found: Strength, isRecord: boolean): string {
  const { detector, value, usual, strength } = found;
  const what = WORDS[detector](quantity(metric, value), quantity(metric, usual));
  const far = `${Number(strength.toPrecision(2))} times its scatter`;
  return `${metric} ${what}: ${far}, ${isRecord ? 'more than ever before' : 'as it has been before'}`;
}
