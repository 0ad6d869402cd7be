import * as z from 'zod';

/** What has happened to a machine, by Fly's clock. */
const Event = z.object({
  type: z.string(),
  timestamp: z.number(),
  /** Of an `exit`: whether it was asked for. */
  request: z
    .object({ exit_event: z.object({ requested_stop: z.boolean().nullish() }).nullish() })
    .nullish(),
});

/**
 * In plain; Fly keeps secrets elsewhere, and tells nobody. One that is called `__proto__` would be lost on its way
 * through here, and with it what somebody has set, so that nothing is done to a machine that has it.
 */
const Variables = z
  .unknown()
  .refine((env) => typeof env !== 'object' || env === null || !Object.hasOwn(env, '__proto__'))
  .pipe(z.record(z.string(), z.string()).nullish());

/** A machine's whole configuration: what is not read here is sent back as it came. */
const Config = z.looseObject({
  image: z.string().min(1),
  env: Variables.optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  mounts: z.array(z.unknown()).nullish(),
  // Whether Fly stops the machine for want of traffic; false or `off` where it does not.
  services: z.array(z.looseObject({ autostop: z.unknown().optional() })).nullish(),
});

/** What is read of a machine. Without its configuration, as when its host is away, nothing can be done. */
export const Machine = z.object({
  id: z.string().min(1),
  name: z.string(),
  state: z.string(),
  region: z.string(),
  instance_id: z.string().min(1),
  created_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  config: Config,
  /** The image as Fly has found it; not told by all versions of the API. */
  image_ref: z.object({ digest: z.string().nullish() }).nullish(),
  events: z
    .array(Event)
    .nullish()
    .transform((events) => events ?? []),
});
export type Machine = z.infer<typeof Machine>;

/** A configuration that a machine had; version ids begin with their time, so that they can be put in order. */
export const MachineVersion = z.object({
  version: z.string().min(1),
  user_config: z.object({ image: z.string().min(1), env: Variables.optional() }),
});
export type MachineVersion = z.infer<typeof MachineVersion>;

/** The right to change a machine, alone. */
export const Lease = z.object({ data: z.object({ nonce: z.string().min(1) }) });
