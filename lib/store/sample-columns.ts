import * as z from 'zod';

const numbers = z.array(z.number().nullable());

/** What one copy of a component sent, in columns of one length; null is missing. */
export const SampleColumns = z.object({
  instance: z.string(),
  at: z.array(z.number()),
  cpu_usage: numbers,
  memory_usage: numbers,
  error_rate: numbers,
  latency_ms: numbers,
  extra: z.array(z.record(z.string(), z.number()).nullable()).nullable(),
});
