import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { sameSecret } from './constant-time.js';
import { Scope } from './scope.js';
import type { Secrets, Subkeys } from './secrets.js';

/** Longest key, in characters: far more than the longest names need. */
const MAX_LENGTH = 1024;

const SHAPE = /^fst_([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/;

const Payload = z.strictObject({
  id: z.uuid(),
  scopes: z.array(Scope).min(1).max(Scope.options.length),
  /** Unix seconds; null never ends. */
  exp: z.number().int().nonnegative().nullable(),
  component: z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,128}$/)
    .optional(),
  name: z
    .string()
    .regex(/^\P{Cc}{1,100}$/u)
    .optional(),
});

/** What a key says of itself once its MAC has been checked. */
export interface ApiKey {
  readonly id: string;
  /** The name it was given, or its id: something to put into an audit. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The only component that the key is good for, or null for all. */
  readonly component: string | null;
}

/** A key to be made. */
export interface KeyOrder {
  /** A UUID; revocation goes by it. */
  readonly id: string;
  /** 1 to 100 characters, no control characters. */
  readonly name?: string;
  readonly scopes: readonly Scope[];
  /** From this instant on the key is refused; null never ends. */
  readonly expiresAt: Date | null;
  readonly component?: string | null;
}

/** The MAC covers the prefix, too, so that it can never pass for one over another kind of text. */
function mac(payload: string, keys: Subkeys): string {
  return createHmac('sha256', keys.tokens).update(`fst_${payload}`).digest('base64url');
}

/**
 * Make an API key, `fst_<payload>.<mac>`: it carries its own scopes, so that it can be verified while
 * the database is away.
 *
 * @throws {RangeError} when a part of the order is out of its bounds
 */
export function mintKey(order: KeyOrder, secrets: Secrets): string {
  const parsed = Payload.safeParse({
    id: order.id,
    scopes: Scope.options.filter((scope) => order.scopes.includes(scope)),
    exp: order.expiresAt === null ? null : Math.floor(order.expiresAt.getTime() / 1000),
    component: order.component ?? undefined,
    name: order.name,
  });
  if (!parsed.success) {
    throw new RangeError(`a key cannot be made: ${z.prettifyError(parsed.error)}`);
  }
  const payload = Buffer.from(JSON.stringify(parsed.data)).toString('base64url');
  return `fst_${payload}.${mac(payload, secrets.current)}`;
}

/** Compare with every secret, whichever fits: the time taken does not tell which one it was. */
function isGenuine(payload: string, given: string, secrets: Secrets): boolean {
  return [secrets.current, ...secrets.old]
    .map((keys) => sameSecret(given, mac(payload, keys)))
    .includes(true);
}

function readPayload(payload: string): z.infer<typeof Payload> | null {
  try {
    return Payload.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}

/**
 * Check an API key and read what it allows.
 *
 * Only the very text that was minted passes: the MAC is compared as text and covers the payload as
 * text, so that no second spelling of a key exists. Revocation is not looked at here.
 *
 * @returns null when it is not genuine, has expired, or names a scope that does not exist
 */
export function verifyKey(token: string, secrets: Secrets, now: Date): ApiKey | null {
  if (token.length > MAX_LENGTH) return null;
  const [, payload, given] = SHAPE.exec(token) ?? [];
  if (payload === undefined || given === undefined) return null;
  if (!isGenuine(payload, given, secrets)) return null;
  const key = readPayload(payload);
  if (key === null || (key.exp !== null && now.getTime() >= key.exp * 1000)) return null;
  const { id, scopes, name = id, component = null } = key;
  return { id, name, scopes, component };
}
