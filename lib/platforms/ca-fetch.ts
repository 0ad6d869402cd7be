import type { IncomingMessage } from 'node:http';
import { request as send } from 'node:https';

/**
 * A `fetch` that trusts one certificate authority in place of the public ones.
 *
 * The built-in one takes none but by a dispatcher of undici's, which comes with no version of Node. It does what
 * `lib/platforms/request.ts` asks for: one request of a method, headers, a text and a time limit; https alone, and
 * redirects are not followed.
 *
 * @param ca - certificates in PEM
 */
export function caFetch(ca: string): typeof fetch {
  return (input, { method = 'GET', headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const options = {
        method,
        ca,
        headers: Object.fromEntries(new Headers(headers)),
        agent: false,
        ...(signal == null ? {} : { signal }),
      } as const;
      const request = send(String(input), options, (response) =>
        resolve(answer(response, signal ?? null)),
      );
      request.on('error', (error) => reject(reason(error, signal ?? null)));
      request.end(typeof body === 'string' ? body : undefined);
    });
}

/** Statuses that have no body. */
const BARE: readonly number[] = [204, 205, 304];

function answer(response: IncomingMessage, signal: AbortSignal | null): Response {
  const status = response.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, value] of Object.entries(response.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one);
  }
  if (BARE.includes(status)) response.resume();
  return new Response(BARE.includes(status) ? null : chunks(response, signal), { status, headers });
}

async function* chunks(
  response: IncomingMessage,
  signal: AbortSignal | null,
): AsyncGenerator<Uint8Array> {
  try {
    yield* response;
  } catch (error) {
    throw reason(error, signal);
  }
}

/** A time limit is told as `fetch` tells it. */
const reason = (error: unknown, signal: AbortSignal | null): unknown =>
  signal?.aborted === true ? signal.reason : error;
