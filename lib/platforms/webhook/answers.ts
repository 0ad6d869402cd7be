import * as z from 'zod';

/** How far an action has come, as a receiver tells it. */
const State = z.enum(['done', 'failed', 'pending', 'not_done', 'unknown']);

/**
 * The answer to an action. A body is not needed, and one that cannot be read says nothing: the status has
 * said that it was taken.
 */
export const Taken = z
  .object({
    /** `failed` says that it was tried and did not work; `pending` is the same as status 202. */
    state: State.optional(),
    /** Where to ask how it goes; on the webhook's own host. */
    status_url: z.string().min(1).max(2048).optional(),
  })
  .catch({});
export type Taken = z.infer<typeof Taken>;

/** The answer of a status address. */
export const Status = z.object({ state: State });
export type Status = z.infer<typeof Status>;
