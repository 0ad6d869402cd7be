import type { IncomingMessage } from 'node:http';

/** Bytes of a body that the platform takes, 4.5 MB. */
export const BODY_LIMIT = 4.5 * 1024 * 1024;

/**
 * Read a body, or learn that it is larger than the platform takes.
 *
 * What is left of a refused body is read and dropped by the server, so that its sender gets to see the answer.
 *
 * @throws {Error} when the sender breaks off
 */
export async function readRequestBody(message: IncomingMessage): Promise<Buffer | 'too_large'> {
  if (Number(message.headers['content-length'] ?? 0) > BODY_LIMIT) return 'too_large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  // An ordinary loop would destroy the connection when it is left.
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > BODY_LIMIT) return 'too_large';
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

/**
 * The URL that was asked for, or null for one that is none.
 *
 * Built from its parts: a path that begins with two slashes must not be taken for a host.
 */
export function requestUrl(message: IncomingMessage): URL | null {
  const target = message.url ?? '/';
  const url = `http://${message.headers.host ?? 'localhost'}${target.startsWith('/') ? target : '/'}`;
  return URL.canParse(url) ? new URL(url) : null;
}

/** Headers that the platform sets itself, whatever the caller sent under their names. */
function platformHeaders(message: IncomingMessage): Record<string, string> {
  const address = message.socket.remoteAddress ?? '127.0.0.1';
  return {
    'x-forwarded-for': address,
    'x-real-ip': address,
    'x-forwarded-proto': 'http',
    'x-forwarded-host': message.headers.host ?? 'localhost',
  };
}

function webHeaders(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value = []] of Object.entries(message.headersDistinct)) {
    for (const one of value) headers.append(name, one);
  }
  for (const [name, value] of Object.entries(platformHeaders(message))) headers.set(name, value);
  return headers;
}

/**
 * Put the Web request together that a function gets.
 *
 * @param gone - aborted when the caller has broken off
 */
export function webRequest(
  message: IncomingMessage,
  url: URL,
  body: Buffer,
  gone: AbortSignal,
): Request {
  const method = message.method ?? 'GET';
  const bodiless = method === 'GET' || method === 'HEAD' || body.length === 0;
  return new Request(url, {
    method,
    headers: webHeaders(message),
    signal: gone,
    ...(bodiless ? {} : { body }),
  });
}
