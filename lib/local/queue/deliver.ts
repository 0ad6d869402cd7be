import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { LONGEST_TIMER_MS, MAX_BODY_BYTES } from './plan.js';
import type { Answer } from './tables.js';

/** One HTTP request to a destination. */
export interface Outgoing {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Longest wait for the whole answer, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Send one request and read its answer; redirects are answers like any other.
 *
 * Never rejects: a destination that cannot be reached, breaks off or takes too long yields status
 * 0 and a sentence. Of a longer body only the first megabyte is kept. Each request has a
 * connection of its own, because one that the other side has just closed would count as a failure.
 *
 * @param abort - breaks the request off, from outside or when its time is up
 */
export async function deliver(outgoing: Outgoing, abort: AbortController): Promise<Answer> {
  const late = `no answer within ${outgoing.timeoutMs} ms`;
  const timeoutMs = Math.min(outgoing.timeoutMs, LONGEST_TIMER_MS);
  const timer = setTimeout(() => abort.abort(late), timeoutMs);
  try {
    const response = await open(outgoing, abort.signal);
    return {
      status: response.statusCode ?? 0,
      headers: headersOf(response),
      body: (await read(response)).toString('base64'),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const sentence = abort.signal.reason === late ? late : why;
    return { status: 0, headers: {}, body: '', error: sentence };
  } finally {
    clearTimeout(timer);
  }
}

function open(outgoing: Outgoing, signal: AbortSignal): Promise<IncomingMessage> {
  const { url, method, headers, body } = outgoing;
  const request = new URL(url).protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(body.length) };
    request(url, { method, headers: { ...headers, ...length }, agent: false, signal })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
}

async function read(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (length >= MAX_BODY_BYTES) {
      break;
    }
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES);
}

function headersOf(response: IncomingMessage): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(response.headersDistinct).map(([name, values]) => [name, values ?? []]),
  );
}
