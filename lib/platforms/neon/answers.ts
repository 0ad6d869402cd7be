import * as z from 'zod';

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** What is read of a compute endpoint. */
export const Endpoint = z.object({
  endpoint: z.object({
    id: z.string().min(1),
    /** `active`, `idle` while suspended, or `init`. */
    current_state: z.string(),
    /** Where it is going; absent while it stays. */
    pending_state: z.string().nullish(),
    disabled: z.boolean(),
  }),
});
export type Endpoint = z.infer<typeof Endpoint>['endpoint'];

/** What is read of an operation, by which Neon carries out what it has accepted. */
export const Operation = z.object({
  id: z.string().min(1),
  endpoint_id: z.string().nullish(),
  action: z.string(),
  status: z.string(),
  created_at: instant,
  updated_at: instant,
});
export type Operation = z.infer<typeof Operation>;

/** One operation by itself. */
export const OneOperation = z.object({ operation: Operation });

/** The newest operations of a project. */
export const Operations = z.object({ operations: z.array(Operation) });

/** The answer to a restart; unreadable it tells of no operation, since the status has said that it was accepted. */
export const Restarted = z
  .object({ operations: z.array(z.object({ id: z.string().min(1) })) })
  .catch({ operations: [] });
