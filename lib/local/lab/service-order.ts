import * as z from 'zod';
import { FLAWS } from './faults.js';

/** What a service of the lab is told, as JSON in `LAB_SERVICE`. */
export const ServiceOrder = z.strictObject({
  component: z.string(),
  version: z.string(),
  /** What this version, or its configuration, does wrong. */
  flaw: z.enum(FLAWS).nullable(),
  /** Address, ingest key and public command key of Forestall. */
  url: z.string(),
  key: z.string(),
  commandKey: z.string(),
  /** Null where it has no pool of connections. */
  databaseUrl: z.string().nullable(),
  /** Whether it reads what others lock. */
  locks: z.boolean().default(false),
  costMs: z.number(),
  calls: z.array(
    z.strictObject({
      url: z.string(),
      deadlineMs: z.number(),
      kind: z.enum(['needed', 'wanted', 'told']),
    }),
  ),
});
export type ServiceOrder = z.infer<typeof ServiceOrder>;
