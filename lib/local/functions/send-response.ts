import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/**
 * Write a function's answer out, piece by piece as it comes.
 *
 * @param added - headers of `vercel.json`; those that the function set itself win
 */
export async function sendResponse(
  response: ServerResponse,
  answer: Response,
  added: Readonly<Record<string, string>>,
): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  for (const [name, value] of Object.entries(added)) {
    if (!answer.headers.has(name)) response.setHeader(name, value);
  }
  if (response.req.method === 'HEAD' || answer.body === null) {
    await answer.body?.cancel();
    response.end();
    return;
  }
  await pipeline(answer.body, response);
}
