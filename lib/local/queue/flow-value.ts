import * as z from 'zod';
import { SECOND } from '../../domain/time.js';
import { durationMs } from './duration.js';

/** Limits of one flow control key; a limit that is absent does not apply. */
export const FlowLimits = z.object({
  /** Deliveries that may be under way at once, 1 or more. */
  parallelism: z.int().min(1).optional(),
  /** Deliveries that may start within one period, 1 or more. */
  rate: z.int().min(1).optional(),
  /** Length of the period in seconds, above 0; meaningless without a rate. */
  periodS: z.number().positive().optional(),
});
export type FlowLimits = z.infer<typeof FlowLimits>;

/**
 * Read an `Upstash-Flow-Control-Value` such as `parallelism=2, rate=10, period=60s`.
 *
 * @throws {RangeError} on an unknown or repeated name, a value out of range, or when neither
 * parallelism nor rate is given
 * @see https://upstash.com/docs/qstash/features/flowcontrol
 */
export function parseFlowValue(text: string): FlowLimits {
  const named = new Map<string, string>();
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((piece) => piece.trim());
    named.set(name.toLowerCase(), value);
  }
  const known = ['parallelism', 'rate', 'period'];
  const stray = [...named.keys()].filter((name) => !known.includes(name));
  const limits = FlowLimits.safeParse({
    parallelism: count(named.get('parallelism')),
    rate: count(named.get('rate')),
    periodS: named.has('rate') ? periodS(named.get('period') ?? '1s') : undefined,
  });
  const limited = named.has('parallelism') || named.has('rate');
  if (stray.length > 0 || !limits.success || !limited) {
    throw new RangeError(`invalid flow control value: ${text}`);
  }
  return limits.data;
}

function count(text: string | undefined): number | undefined {
  return text === undefined ? undefined : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function periodS(text: string): number {
  const seconds = /^\d+$/.test(text) ? Number(text) : (durationMs(text) ?? Number.NaN) / SECOND;
  return seconds;
}
