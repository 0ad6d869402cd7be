import * as z from 'zod';

/** What is read of a database. */
export const Database = z.object({
  status: z.string(),
  suspended: z.string(),
  suspenders: z.array(z.string()).default([]),
  role: z.string(),
  highAvailabilityEnabled: z.boolean(),
  /** The maintenance that is planned, under way, or was the last; absent where there was none. */
  maintenance: z.object({ state: z.string() }).nullish(),
});
export type Database = z.infer<typeof Database>;

const Backend = z.object({
  pid: z.number(),
  backendStart: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  /** Whether it is the primary's; null where Render does not tell. */
  isLeader: z
    .boolean()
    .nullish()
    .transform((told) => told ?? null),
});
/** One process that serves a connection, or Postgres itself. Its query is not read. */
export type Backend = z.infer<typeof Backend>;

/**
 * The processes of a database; one without a number or a beginning tells nothing and is left out. Null where
 * the answer is no list.
 */
export const Processes = z
  .object({ processes: z.array(Backend.nullable().catch(null)) })
  .transform(({ processes }) => processes.filter((one) => one !== null))
  .nullable()
  .catch(null);
