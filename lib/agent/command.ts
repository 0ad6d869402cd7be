import * as z from 'zod';

/** Longest life of a command: what is older was delayed or recorded, and is refused. */
export const COMMAND_LIFE_MS = 60_000;

/** What an agent can be told to do. */
export const CommandAction = z.enum(['clean_memory', 'reset_database', 'restart']);
export type CommandAction = z.infer<typeof CommandAction>;

/**
 * One command, as it is signed.
 *
 * Strict, so that an agent refuses what it does not understand rather than do half of it; a new field
 * needs a new `v`.
 */
export const CommandPayload = z
  .strictObject({
    v: z.literal(1),
    /** The recovery's id: an agent does each once. */
    id: z.uuid(),
    action: CommandAction,
    params: z.strictObject({ only_if_leaking: z.boolean().optional() }),
    component: z.string().min(1).max(128),
    instance: z.string().min(1).max(128),
    /** The boot that pushed: a restarted process is another one. */
    boot_id: z.uuid(),
    issued_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  })
  .refine(({ issued_at, expires_at }) => {
    const lifeMs = Date.parse(expires_at) - Date.parse(issued_at);
    return lifeMs > 0 && lifeMs <= COMMAND_LIFE_MS;
  }, 'a command lives for at most 60 s');
export type CommandPayload = z.infer<typeof CommandPayload>;

/**
 * A signed command on the wire: the payload is base64url of UTF-8 JSON, the signature Ed25519 (64 bytes,
 * base64url) over the payload string's own bytes.
 */
export const CommandEnvelope = z.strictObject({
  payload: z
    .string()
    .max(8192)
    .regex(/^[A-Za-z0-9_-]+$/),
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type CommandEnvelope = z.infer<typeof CommandEnvelope>;

/** How a command ended, as the agent reports it with its next push. */
export const CommandResult = z.strictObject({
  id: z.uuid(),
  ok: z.boolean(),
  /** The contract's result of the action; absent when it was refused. */
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.string().max(500).optional(),
  finished_at: z.iso.datetime(),
});
export type CommandResult = z.infer<typeof CommandResult>;

/** What an agent did by itself, without a command. */
export const AgentEvent = z.strictObject({
  kind: z.enum(['db_connection_recovered', 'db_recovery_failed', 'memory_leak_cleanup']),
  at: z.iso.datetime(),
  result: z.record(z.string(), z.unknown()),
});
export type AgentEvent = z.infer<typeof AgentEvent>;
