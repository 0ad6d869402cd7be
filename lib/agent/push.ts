import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import * as z from 'zod';
import type { Identity } from './open-command.js';
import type { Batch } from './outbox.js';

/** How a push ended. */
export type Pushed =
  | {
      readonly kind: 'stored';
      /** Envelopes, unread. */
      readonly commands: readonly unknown[];
      /** Seconds in which the server would like the next push, 1 to 60; null when it does not say. */
      readonly nextPushS: number | null;
      readonly rejected: number;
    }
  /** Worth trying again: nobody answered, or the answer was "not now". */
  | { readonly kind: 'later'; readonly why: string; readonly retryAfterS: number }
  /** Something in the batch is wrong; another batch may pass. */
  | { readonly kind: 'bad_batch'; readonly status: number; readonly why: string }
  /** This agent is not let in; the same batch may pass once that is mended. */
  | { readonly kind: 'refused'; readonly status: number; readonly why: string };

/** Send one batch, at most until the signal. Never throws. */
export type Push = (batch: Batch, signal: AbortSignal) => Promise<Pushed>;

/** Where and as whom to push. */
export interface PushOptions {
  readonly url: string;
  readonly key: string;
  readonly identity: Identity;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

/** Bodies from here up are compressed. */
const GZIP_BYTES = 1024;
/** An answer holds a few commands, never more. */
const MOST_ANSWER_BYTES = 1024 * 1024;
/** A server may ask for patience, but not for ever. */
const MOST_RETRY_AFTER_S = 300;

/** What else cannot be read counts as missing: the batch is stored all the same. */
const Answer = z.object({
  accepted: z.number(),
  commands: z.array(z.unknown()).max(100).catch([]),
  next_push_s: z.number().nullable().catch(null),
  rejected: z.union([z.number(), z.array(z.unknown())]).catch(0),
});
const Problem = z.object({ code: z.string().max(100), detail: z.string().optional() });

const compress = promisify(gzip);

/** Statuses that speak of the batch, and those that ask to come again. */
const BAD_BATCH = new Set([400, 413, 422]);
const COME_AGAIN = new Set([408, 409, 425, 429]);

async function request(batch: Batch, options: PushOptions): Promise<RequestInit> {
  const { component, instance, bootId } = options.identity;
  const body = {
    component,
    instance,
    boot_id: bootId,
    samples: batch.samples,
    ...(batch.results.length > 0 && { results: batch.results }),
    ...(batch.events.length > 0 && { events: batch.events }),
  };
  const json = Buffer.from(JSON.stringify(body));
  const isCompressed = json.length >= GZIP_BYTES;
  return {
    method: 'POST',
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${options.key}`,
      'content-type': 'application/json',
      'idempotency-key': batch.key,
      ...(isCompressed && { 'content-encoding': 'gzip' }),
    },
    body: isCompressed ? await compress(json) : json,
  };
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MOST_ANSWER_BYTES) throw new RangeError('the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function bounded(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

/**
 * Read a `Retry-After` header: seconds, or a date.
 *
 * @returns seconds, 0 to 300; 0 when it says nothing
 */
export function retryAfterS(header: string | null, now: Date): number {
  if (header === null) return 0;
  const seconds = /^\d+$/.test(header.trim())
    ? Number(header)
    : (Date.parse(header) - now.getTime()) / 1000;
  return Number.isNaN(seconds) ? 0 : bounded(seconds, 0, MOST_RETRY_AFTER_S);
}

/** Only Forestall's own answer says that a batch was taken: a parked domain answers 200, too. */
function stored(text: string): Pushed {
  const answer = Answer.safeParse(parseJson(text)).data;
  if (answer === undefined) {
    return { kind: 'later', why: 'the answer is not from Forestall', retryAfterS: 0 };
  }
  const { commands, next_push_s: next, rejected } = answer;
  return {
    kind: 'stored',
    commands,
    nextPushS: next === null ? null : bounded(next, 1, 60),
    rejected: typeof rejected === 'number' ? rejected : rejected.length,
  };
}

function judge(response: Response, text: string, now: Date): Pushed {
  const { status } = response;
  if (status >= 200 && status <= 299) return stored(text);
  const problem = Problem.safeParse(parseJson(text)).data;
  const told = problem === undefined ? [] : [problem.code, problem.detail ?? ''];
  const why = [`answered ${status}`, ...told].join(' ').slice(0, 300).trim();
  if (status >= 500 || COME_AGAIN.has(status)) {
    return {
      kind: 'later',
      why,
      retryAfterS: retryAfterS(response.headers.get('retry-after'), now),
    };
  }
  return { kind: BAD_BATCH.has(status) ? 'bad_batch' : 'refused', status, why };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'no answer';
  const isCoded = 'code' in cause && typeof cause.code === 'string';
  return `no answer (${isCoded ? cause.code : cause.name})`;
}

/**
 * Make the function that sends batches to `/api/ingest`.
 *
 * Redirects are not followed, so that the key goes nowhere else.
 */
export function createPush(options: PushOptions): Push {
  const address = `${options.url.replace(/\/+$/, '')}/api/ingest`;
  return async (batch, signal) => {
    try {
      const response = await options.fetch(address, {
        ...(await request(batch, options)),
        signal,
      });
      return judge(response, await readText(response), options.now());
    } catch (error) {
      return { kind: 'later', why: reasonOf(error), retryAfterS: 0 };
    }
  };
}
