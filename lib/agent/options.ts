import { hostname } from 'node:os';
import * as z from 'zod';
import type { Backoff } from './backoff.js';
import type { AgentNotice } from './notice.js';
import type { DatabasePool } from './reset-database.js';

/** How a service starts its agent. */
export interface AgentOptions {
  /** Forestall's address: https, or http to this machine. */
  readonly url: string;
  /** An API key with the scope `ingest`. */
  readonly key: string;
  /** The component's name: 1 to 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly component: string;
  /**
   * Name of this running copy, by default `hostname-pid`. Give one that survives a restart (a slot, a
   * container's name): a restart is proven by another boot of the *same* instance.
   */
  readonly instance?: string | undefined;
  /** The installation's public command key, or several during a rotation. Without it no command is taken. */
  readonly commandKey?: string | readonly string[] | undefined;
  /** Seconds between two samples, 0.1 to 3600; 15 by default. */
  readonly intervalS?: number | undefined;
  /** What counts as all of the memory, in MiB; by default the container's limit, or the machine's memory. */
  readonly memoryLimitMb?: number | undefined;
  /** Samples, results and events kept while Forestall is away, 10 to 100,000; 1,000 by default. */
  readonly bufferLimit?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Told what happens, for logs. */
  readonly onEvent?: ((notice: AgentNotice) => unknown) | undefined;
  /** The garbage collector; by default `globalThis.gc`, which `node --expose-gc` provides. */
  readonly gc?: (() => unknown) | undefined;
  readonly databasePool?: DatabasePool | undefined;
  /** The service's own part of a restart, before the process exits. */
  readonly onRestart?: (() => unknown) | undefined;
  /** Time for requests under way to finish before a restart, and again for `onRestart`: milliseconds, 10,000 by default. */
  readonly drainMs?: number | undefined;
  /** Ends the process after a restart's drain; by default `process.exit`. */
  readonly exit?: ((code: number) => unknown) | undefined;
}

const name = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, 'must have 1 to 128 characters of A-Z a-z 0-9 . _ : -');

/** A bearer key is sent only where nobody on the way can read it. */
function isPrivateUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname: host } = new URL(text);
  const isLoopback = host === 'localhost' || host === '[::1]' || /^127\.[\d.]+$/.test(host);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}

const commandKey = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 32 bytes in base64url');

const Plain = z.object({
  url: z.string().refine(isPrivateUrl, 'must be https, or http to this machine'),
  key: z.string().regex(/^[\x21-\x7e]{1,1024}$/, 'must be an API key'),
  component: name,
  instance: name.optional(),
  commandKey: z.union([commandKey, z.array(commandKey)]).optional(),
  intervalS: z.number().min(0.1).max(3600).default(15),
  memoryLimitMb: z.number().positive().optional(),
  bufferLimit: z.number().int().min(10).max(100_000).default(1000),
  drainMs: z.number().min(0).max(600_000).default(10_000),
});

/** Options as read: defaults are in place. */
export type AgentSettings = z.infer<typeof Plain> & { readonly instance: string };

/** `hostname-pid`, in the characters that a name may have. */
function defaultInstance(): string {
  const host = hostname().replace(/[^A-Za-z0-9._:-]/g, '-');
  return `${host.slice(0, 100)}-${process.pid}`;
}

/**
 * Read the plain options.
 *
 * @throws {RangeError} naming the first option that is wrong, never its value
 */
export function readOptions(options: AgentOptions): AgentSettings {
  const read = Plain.safeParse(options);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new RangeError(`agent option ${issue?.path.join('.') || 'object'}: ${issue?.message}`);
  }
  return { ...read.data, instance: read.data.instance ?? defaultInstance() };
}

/** Durations that only tests change. */
export interface Machinery {
  readonly pushBackoff: Backoff;
  readonly refusedBackoff: Backoff;
  readonly pushTimeoutMs: number;
  readonly flushMs: number;
  readonly databaseWaitsMs: readonly number[];
  readonly databaseTimeoutMs: number;
  /** Rest after a recovery that failed, and after a clean-up, before a failed call begins another. */
  readonly restMs: number;
  readonly now: () => Date;
  readonly random: () => number;
}

/** The durations of a service. */
export const MACHINERY: Machinery = {
  pushBackoff: { firstMs: 1000, mostMs: 60_000 },
  refusedBackoff: { firstMs: 30_000, mostMs: 300_000 },
  pushTimeoutMs: 10_000,
  flushMs: 3000,
  databaseWaitsMs: [1000, 2000, 4000, 8000, 16_000],
  databaseTimeoutMs: 5000,
  restMs: 30_000,
  now: () => new Date(),
  random: Math.random,
};
