import * as z from 'zod';

/** Where a message stands. */
export type SlackPlace = Readonly<Record<'channel' | 'ts', string>>;

/** A refusal in Slack's words, or the place of a message. */
export type Posted = { readonly error: string } | SlackPlace;

const UNKNOWN = 'an unknown error';

const error = z
  .string()
  .regex(/^[a-z_]{1,60}$/)
  .catch(UNKNOWN)
  .default(UNKNOWN);

/**
 * What Slack answers to a message: with 200 also where it refuses. A good answer says where the message
 * stands; one that does not is none.
 */
export const Placed: z.ZodType<Posted> = z.union([
  z.object({ ok: z.literal(true), channel: z.string(), ts: z.string() }),
  z.object({ ok: z.literal(false), error }),
]);

const Listed = z.object({
  ts: z.string(),
  metadata: z
    .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
    .optional()
    .catch(undefined),
});

/** A page of a channel's history, or a refusal. */
export const History = z.union([
  z.object({
    ok: z.literal(true),
    messages: z.array(Listed),
    response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
  }),
  z.object({ ok: z.literal(false), error }),
]);
