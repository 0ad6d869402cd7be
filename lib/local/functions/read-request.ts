import type { IncomingMessage } from 'node:http';

/** Bytes of a body that the platform takes, 4.5 MB. */
export const BODY_LIMIT = 4.5 * 1024 * 1024;

/** Read a body, or learn that it is larger than the platform takes. */
export async function readRequestBody(message: IncomingMessage): Promise<Buffer | 'too_large'> {
  if (Number(message.headers['content-length'] ?? 0) > BODY_LIMIT) return 'too_large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT) return 'too_large';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function webHeaders(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value = []] of Object.entries(message.headersDistinct)) {
    for (const one of value) headers.append(name, one);
  }
  return headers;
}

/** Put the Web request together that a function gets. */
export function webRequest(message: IncomingMessage, url: URL, body: Buffer): Request {
  const method = message.method ?? 'GET';
  const bodiless = method === 'GET' || method === 'HEAD' || body.length === 0;
  return new Request(url, {
    method,
    headers: webHeaders(message),
    ...(bodiless ? {} : { body }),
  });
}
