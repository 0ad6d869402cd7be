import * as z from 'zod';
import type { Rejection, RejectionCode } from './rejection.js';

/** Most characters of JSON in one report: the contract's results have some 200. */
const MAX_RESULT_CHARS = 8192;

const Result = z
  .record(z.string(), z.unknown())
  .refine((result) => JSON.stringify(result).length <= MAX_RESULT_CHARS, 'too large');

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** How a command ended, as an agent reports it. What it does not know yet is dropped. */
const CommandReport = z
  .object({
    id: z.uuid(),
    ok: z.boolean(),
    result: Result.optional(),
    error: z.string().max(2000).optional(),
    finished_at: Instant,
  })
  .transform(({ finished_at: finishedAt, ...report }) => ({ ...report, finishedAt }));

/** How a command ended. */
export type CommandReport = z.infer<typeof CommandReport>;

const EventReport = z.object({
  kind: z.enum(['db_connection_recovered', 'db_recovery_failed', 'memory_leak_cleanup']),
  at: Instant,
  result: Result,
});

/** What an agent did by itself. */
export type EventReport = z.infer<typeof EventReport>;

/** Reports of one kind, and those that were not understood. */
export interface Reports<T> {
  readonly reports: readonly T[];
  readonly rejected: readonly Rejection[];
}

function readAll<T>(
  schema: z.ZodType<T>,
  values: readonly unknown[],
  code: RejectionCode,
): Reports<T> {
  const parsed = values.map((value) => schema.safeParse(value));
  const rejected = parsed.flatMap(({ error }, index) => {
    const [issue] = error?.issues ?? [];
    const place = issue === undefined ? '' : z.core.toDotPath(issue.path).slice(0, 64);
    return issue === undefined ? [] : [{ index, code, detail: `${place}: ${issue.message}` }];
  });
  return { reports: parsed.flatMap(({ data }) => (data === undefined ? [] : [data])), rejected };
}

/** Read what became of commands; one that is wrong is named, its neighbours are kept. */
export function readResults(values: readonly unknown[]): Reports<CommandReport> {
  return readAll(CommandReport, values, 'bad_result');
}

/** Read what an agent did by itself, in the same way. */
export function readEvents(values: readonly unknown[]): Reports<EventReport> {
  return readAll(EventReport, values, 'bad_event');
}
