import * as z from 'zod';

/** One pass over all components, or over some shards of them. */
export const SweepMessage = z.strictObject({
  shards: z.array(z.number().int().min(0)).min(1).max(1000).optional(),
  /** The second in which the interval of the pass began; the present one where absent. */
  tick: z.number().int().min(0).optional(),
  /** The daily work: partitions, retention, forgetting. */
  maintenance: z.boolean().optional(),
  /** The daily learning from what came of predictions, and nothing else. */
  learn: z.boolean().optional(),
  /** The hourly look whether components could be healed, and nothing else. */
  check: z.boolean().optional(),
  /** Tell people what they are to be told by now, and nothing else. */
  tell: z.boolean().optional(),
});
export type SweepMessage = z.infer<typeof SweepMessage>;

/** Carry out, or verify, one recovery. */
export const RecoveryMessage = z.strictObject({
  kind: z.enum(['recover', 'verify']),
  recovery_id: z.uuid(),
  token: z.number().int().min(1),
});
export type RecoveryMessage = z.infer<typeof RecoveryMessage>;

/** A button that somebody has pressed. */
export const PressMessage = z.strictObject({
  press: z.strictObject({
    action: z.enum(['approve', 'reject', 'snooze']),
    incident_id: z.uuid(),
    /** What the button asks about; null where it is about the incident. */
    recovery_id: z.uuid().nullable(),
    user_id: z.string().min(1).max(40),
    user_name: z.string().max(80),
    /** Where to answer, sealed: whoever knows it can write there. */
    respond_to: z.string().max(4000),
  }),
});
export type Press = z.infer<typeof PressMessage>['press'];

/** What the queue tells when it has given a message up. */
export const FailureCallback = z.object({
  sourceMessageId: z.string(),
  status: z.number().int(),
  retried: z.number().int(),
  sourceBody: z.string(),
  dlqId: z.string().optional(),
});
export type FailureCallback = z.infer<typeof FailureCallback>;

/** Samples that were accepted while the database could not be reached: the durable copy of them. */
export const SpoolMessage = z.strictObject({
  spooled_at: z.iso.datetime(),
  /** Whose samples: a key that was revoked before they were taken could not be looked up then. */
  key_id: z.uuid().nullable().default(null),
  samples: z
    .array(
      z.strictObject({
        component: z.string(),
        instance: z.string(),
        at: z.iso.datetime(),
        values: z.record(z.string(), z.number()),
      }),
    )
    .min(1)
    .max(5000),
});
export type SpoolMessage = z.infer<typeof SpoolMessage>;
