import type { ServerResponse } from 'node:http';
import type { NextAnswer } from './script.js';

/** How an answer goes out. */
export interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly ending: NextAnswer['ending'];
}

/** Send an answer: a string as it is, anything else as JSON; whole, or broken off as its ending says. */
export function sendAnswer(
  response: ServerResponse,
  { status, body }: { readonly status: number; readonly body?: unknown },
  { headers: given, ending }: Sending,
): void {
  if (ending === 'hang') return;
  if (ending === 'drop') {
    response.destroy();
    return;
  }
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const headers = { 'content-type': 'application/json', ...given };
  if (ending === undefined) {
    response.writeHead(status, headers).end(status === 204 ? undefined : text);
    return;
  }
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) + 1 });
  response.write(text, () => {
    if (ending === 'cut') response.destroy();
  });
}
