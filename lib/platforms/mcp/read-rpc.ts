import { AppError, type ErrorCode } from '../../errors.js';
import { readBounded } from '../read-bounded.js';
import { RpcAnswer } from './answers.js';

/** Bytes that are read of one answer, at most; the lists of tools of large servers are a quarter of it. */
const MAX_BYTES = 1024 * 1024;

/**
 * Read the answer to one request, from JSON or from an event stream, and no further.
 *
 * @param asked.id - of the request; what else the server sends meanwhile is passed over
 * @param asked.unread - what it means when it is too large, or no JSON-RPC
 * @returns null when the stream ended without it
 * @throws {AppError} by `asked.unread`
 */
export async function readRpc(
  response: Response,
  { id, unread }: { readonly id: number; readonly unread: ErrorCode },
): Promise<RpcAnswer | null> {
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'text/event-stream') return readEvents(response, id, unread);
  const text = await readBounded(response, MAX_BYTES);
  if (text === null) return tooLarge(unread);
  const answer = answerIn(text, id);
  if (answer !== null) return answer;
  throw new AppError(unread, 'the MCP server’s answer is no JSON-RPC');
}

function tooLarge(unread: ErrorCode): never {
  throw new AppError(unread, 'the MCP server answered with more than 1 MB');
}

/** The answer in a message, or in a batch of them as early versions send it; null where there is none. */
function answerIn(text: string, id: number): RpcAnswer | null {
  const message = parsed(text);
  for (const one of Array.isArray(message) ? message : [message]) {
    const answer = RpcAnswer.safeParse(one);
    // An error without an id is of a request that could not be read.
    if (answer.success && (answer.data.id ?? id) === id) return answer.data;
  }
  return null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readEvents(
  response: Response,
  id: number,
  unread: ErrorCode,
): Promise<RpcAnswer | null> {
  for await (const data of events(response, unread)) {
    const answer = answerIn(data, id);
    // The stream may stay open for ever: the answer is all that is wanted of it, and leaving closes it.
    if (answer !== null) return answer;
  }
  return null;
}

/** The data of each event as it comes. */
async function* events(response: Response, unread: ErrorCode): AsyncGenerator<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let bytes = 0;
  try {
    for (let done = reader === undefined; !done; ) {
      const chunk = await reader?.read();
      done = chunk?.done ?? true;
      bytes += chunk?.value?.byteLength ?? 0;
      if (bytes > MAX_BYTES) tooLarge(unread);
      rest += decoder.decode(chunk?.value, { stream: !done });
      // A carriage return at the end may be half of a line's end.
      const whole = rest.split(/\r\n\r\n|\n\n|\r\r(?!$)/);
      rest = done ? '' : (whole.pop() ?? '');
      yield* whole.map(dataOf);
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

/** The data of one event, as the lines that are called so. */
function dataOf(event: string): string {
  const lines = event.split(/\r\n|\n|\r/).filter((line) => line.startsWith('data:'));
  return lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n');
}
