import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod';
import { Refusal } from './refusal.js';

/** One request to the queue, read and authenticated. */
export interface Call {
  /** What the route's pattern captured, decoded; a destination is left as it was sent. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly callerIp: string;
}

/** What to answer; without a body the answer is empty. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
}

/** One endpoint. */
export interface Route {
  readonly methods: readonly string[];
  /** Matched against the path, or for a route to a destination against path and query. */
  readonly pattern: RegExp;
  /** Whether the query belongs to the destination in the path, and so is no parameter. */
  readonly toDestination?: boolean;
  readonly handle: (call: Call) => Promise<Reply> | Reply;
}

/** The one captured parameter that a route's pattern always has at this place. */
export function param(call: Call, index: number): string {
  const value = call.params[index];
  if (value === undefined) {
    throw new RangeError(`the route has no parameter ${index}`);
  }
  return value;
}

/**
 * Read a JSON body.
 *
 * @throws {Refusal} 400
 */
export function jsonBody<T>(call: Call, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(json(call.body.toString('utf8')));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? 'body' : issue.path.join('.');
    throw new Refusal(400, `invalid ${where}: ${issue?.message ?? 'unreadable'}`);
  }
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Refusal(400, 'invalid body: it is not JSON', { cause });
  }
}

/** The answer to what was done and has nothing to say. */
export const DONE: Reply = { status: 200 };
